/** What kubectl needs and other clients do not: tables, OpenAPI and pod logs. */
@NullMarked
package dev.apiserversource.samples.embedded.kubectl;

import org.jspecify.annotations.NullMarked;

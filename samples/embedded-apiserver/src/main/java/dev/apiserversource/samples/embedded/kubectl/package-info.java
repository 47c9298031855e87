/** What kubectl needs and other clients do not: tables and pod logs. */
@NullMarked
package dev.apiserversource.samples.embedded.kubectl;

import org.jspecify.annotations.NullMarked;

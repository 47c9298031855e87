/** HTTP requests: routing, discovery, verbs, lists in pages and patches. */
@NullMarked
package dev.apiserversource.samples.embedded.server;

import org.jspecify.annotations.NullMarked;

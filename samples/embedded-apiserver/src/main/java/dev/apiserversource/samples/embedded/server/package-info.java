/** HTTP requests: routing, discovery, verbs, request bodies, lists in pages and patches. */
@NullMarked
package dev.apiserversource.samples.embedded.server;

import org.jspecify.annotations.NullMarked;

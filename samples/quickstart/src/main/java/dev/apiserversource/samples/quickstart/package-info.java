/**
 * Everything at once on one machine: an API server, a sink, the adapter between them, and something that happens.
 *
 * <p>Read {@code Scene} first: it names the parts in the order in which they are started.
 */
@NullMarked
package dev.apiserversource.samples.quickstart;

import org.jspecify.annotations.NullMarked;

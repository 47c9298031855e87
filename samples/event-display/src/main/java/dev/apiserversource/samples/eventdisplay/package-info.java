/** A sink for demonstrations: an HTTP server that prints every CloudEvent it receives. */
@NullMarked
package dev.apiserversource.samples.eventdisplay;

import org.jspecify.annotations.NullMarked;

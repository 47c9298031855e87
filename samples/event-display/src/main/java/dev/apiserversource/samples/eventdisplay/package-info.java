/** A sink to look at: an HTTP server that prints every CloudEvent it is sent. */
@NullMarked
package dev.apiserversource.samples.eventdisplay;

import org.jspecify.annotations.NullMarked;

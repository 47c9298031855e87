/** Receives CloudEvents over HTTP: what the sinks of the samples have in common. */
@NullMarked
package dev.apiserversource.samples.eventreceiver;

import org.jspecify.annotations.NullMarked;

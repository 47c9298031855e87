/** Compares what was written to the API server with the events that a sink received. */
@NullMarked
package dev.apiserversource.loadtests.verify;

import org.jspecify.annotations.NullMarked;

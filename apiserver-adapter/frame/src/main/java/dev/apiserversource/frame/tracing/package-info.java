/** A span for each delivery, exported by the SDK of OpenTelemetry. */
@NullMarked
package dev.apiserversource.frame.tracing;

import org.jspecify.annotations.NullMarked;

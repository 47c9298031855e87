/**
 * Brings CloudEvents to a sink: in order per key, in parallel across keys, bounded in number and bytes, retried until settled.
 *
 * <p>Everything here belongs to one event loop and is not thread-safe, by design: no lock, no race, and a test can be the loop. The
 * exceptions are the gauges, which a metrics scrape may read from any thread.
 *
 * <p>Nothing here knows of Kubernetes. {@link dev.apiserversource.adapter.delivery.Delivery} shows how the parts are put together.
 */
@NullMarked
package dev.apiserversource.frame.delivery;

import org.jspecify.annotations.NullMarked;

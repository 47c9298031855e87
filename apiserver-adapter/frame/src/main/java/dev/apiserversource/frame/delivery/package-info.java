/**
 * Delivers CloudEvents to a sink: in order per key, in parallel across keys, bounded in number and bytes, and
 * retried until settled.
 *
 * <p>One event loop runs everything here, metrics scrapes included. So there are no locks and no atomics, and a test
 * can take the place of the loop.
 *
 * <p>Nothing here depends on Kubernetes. {@link dev.apiserversource.frame.delivery.Delivery} shows how the parts are
 * composed.
 */
@NullMarked
package dev.apiserversource.frame.delivery;

import org.jspecify.annotations.NullMarked;

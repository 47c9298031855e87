/**
 * Listing and watching: from the bytes of the Kubernetes API to {@link dev.apiserversource.adapter.watch.Change}s, without a gap.
 *
 * <p>Knows nothing of CloudEvents and nothing of delivery. Every type here belongs to one event loop and is not thread-safe.
 */
@NullMarked
package dev.apiserversource.adapter.watch;

import org.jspecify.annotations.NullMarked;

/**
 * The state of each stream: the index of objects, the pending changes, the resume window, the position and the
 * low-water mark.
 *
 * <p>A stream writes its state here and nowhere else; the checkpoint is a durable copy of it. Every type here belongs
 * to one event loop and is not thread-safe.
 */
@NullMarked
package dev.apiserversource.adapter.state;

import org.jspecify.annotations.NullMarked;

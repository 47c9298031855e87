/**
 * What a later process needs to go on where this one ended: for each stream the low-water mark and the index of known objects, kept in the
 * cluster.
 *
 * <p>Every type here belongs to one event loop and is not thread-safe.
 */
@NullMarked
package dev.apiserversource.adapter.checkpoint;

import org.jspecify.annotations.NullMarked;

/**
 * Which one of several processes is the one that works: the holder of a Lease. The others stand by and take the Lease over when it is released, when its holder is
 * gone, or when it has not been renewed for its duration.
 *
 * <p>Every type here belongs to one event loop and is not thread-safe.
 */
@NullMarked
package dev.apiserversource.frame.leader;

import org.jspecify.annotations.NullMarked;

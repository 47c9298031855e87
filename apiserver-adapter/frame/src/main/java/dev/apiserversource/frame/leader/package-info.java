/**
 * One of several processes works, the leader: the holder of a Lease. The others are standby. One of them takes over
 * when the leader releases the Lease, or does not renew it within its duration. A restarted container takes its own
 * Lease at once.
 *
 * <p>Every type here belongs to one event loop and is not thread-safe.
 */
@NullMarked
package dev.apiserversource.frame.leader;

import org.jspecify.annotations.NullMarked;

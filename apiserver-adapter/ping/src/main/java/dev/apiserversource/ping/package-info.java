/**
 * The adapter of all PingSources of a cluster: one process that sends an event at each tick of each schedule.
 *
 * <p>{@link dev.apiserversource.ping.PingAdapter} shows how the parts are composed, {@link
 * dev.apiserversource.ping.TickScheduler} why no tick is lost.
 */
@NullMarked
package dev.apiserversource.ping;

import org.jspecify.annotations.NullMarked;

package dev.apiserversource.adapter.model;

/**
 * A stretch that a stream could not follow change by change, and that a list has closed: the last states and the deletions of that time have been told, how often
 * an object changed meanwhile nobody knows.
 *
 * @param reason why it could not be followed, as in the metrics: how the watch ended that could not be resumed, {@code reset} when resourceVersions jumped back,
 *     {@code unfinished} when the process before ended within a gap
 * @param from the resourceVersion up to which every change was told; empty when nobody knows
 * @param to the resourceVersion of the list
 * @param adds how many objects the comparison showed to be new and that were told of; what a filter hides is in none of these numbers
 * @param updates how many had another state
 * @param deletes how many were gone
 */
public record Gap(String reason, String from, String to, int adds, int updates, int deletes) {}

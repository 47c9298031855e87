package dev.apiserversource.adapter.model;

/**
 * A stretch of history that a stream could not read, closed by a list. Final states and deletions were emitted;
 * states in between may have been missed.
 *
 * @param reason why it could not be read, as in the metrics: the ending of the watch that cost the position; {@code
 *     reset} when resourceVersions went back; {@code unfinished} when an earlier process ended within a gap;
 *     {@code forgotten} when the checkpoint was lost; {@code incomplete_index} when a part of it was, so that deletions
 *     may be missing; {@code new_stream} when a namespace joined a source that was running
 * @param from the resourceVersion up to which no change was missed; empty when unknown
 * @param to the resourceVersion of the list
 * @param adds how many objects the comparison found to be new. None of the three counts includes what a filter hides.
 * @param updates how many had another state
 * @param deletes how many were deleted
 */
public record Gap(String reason, String from, String to, int adds, int updates, int deletes) {}

package dev.apiserversource.samples.eventviewer;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * An event that is kept.
 *
 * @param sequence number in the order of arrival, from 1 on
 * @param message the event as JSON in UTF-8 without line breaks, for the page; long data are cut in it
 * @param data all data in UTF-8; null when the event has none
 */
record ShownEvent(long sequence, Buffer message, @Nullable Buffer data) {

    /** Objects and array headers, roughly. */
    private static final int OVERHEAD = 128;

    /** What it takes in memory, in bytes. */
    int size() {
        return message.length() + (data == null ? 0 : data.length()) + OVERHEAD;
    }
}

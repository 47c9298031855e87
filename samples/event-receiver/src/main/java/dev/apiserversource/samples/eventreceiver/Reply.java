package dev.apiserversource.samples.eventreceiver;

import org.jspecify.annotations.Nullable;

/**
 * The response to a request with events.
 *
 * @param status HTTP status
 * @param text body as plain text; empty for none
 * @param retryAfter value of the header Retry-After; null for none
 */
public record Reply(int status, String text, @Nullable String retryAfter) {

    /** The events are accepted. */
    public static final Reply ACCEPTED = new Reply(200, "", null);
}

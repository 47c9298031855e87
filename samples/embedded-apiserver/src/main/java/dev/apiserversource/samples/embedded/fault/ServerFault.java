package dev.apiserversource.samples.embedded.fault;

/**
 * What can be made to fail. The first word of each description says when a fault takes effect:
 *
 * <ul>
 *   <li><em>Request</em>: at the next request for objects, of any verb; discovery is not affected.
 *   <li><em>Watch</em>: at the next watch request.
 *   <li><em>Frame</em>: when an open watch is about to send its next change.
 *   <li><em>State</em>: on every open watch while the fault is on. A state is never used up.
 * </ul>
 */
public enum ServerFault {
    /** Frame: the watch ends cleanly instead of sending the change. */
    CLOSE_WATCH,
    /** Frame: the watch sends half of the frame, then its connection is closed. */
    TRUNCATE_FRAME,
    /** Frame: the connection is closed without the end of the chunked body. */
    CUT_WATCH,
    /** Frame: the watch sends an ERROR frame with Status 500 instead of the change and ends. */
    ERROR_FRAME,
    /** Watch or frame, whichever comes first: an ERROR frame with Status 410 in a response of 200, then the end. */
    GONE_410,
    /** Watch: HTTP 410. */
    GONE_410_HTTP,
    /** Watch: an ERROR frame with Status 504 "Too large resource version", as after a restored backup. */
    TOO_LARGE_VERSION,
    /**
     * Watch that requests no streaming list: HTTP 200, an empty body and a clean end. Some API servers answer so when
     * the resourceVersion is too old.
     */
    EMPTY_WATCH,
    /** Watch that requests a streaming list (sendInitialEvents): HTTP 422. Other watches do not use it up. */
    NO_STREAMING_LIST,
    /** State: watches send bookmarks but no changes. The changes follow once it is off. */
    BOOKMARKS_ONLY,
    /** State: every frame is sent in chunks of one byte, so every multi-byte character is split. */
    SPLIT_UTF8,
    /** State: watches send nothing, do not end and keep their connection. */
    FREEZE_WATCH,
    /** Request: HTTP 401. */
    UNAUTHORIZED,
    /** Request: HTTP 403. */
    FORBIDDEN,
    /** Request: HTTP 429 with {@code Retry-After: 1}. */
    ANSWER_429,
    /** Request: HTTP 500. */
    ANSWER_500,
    /** Request: the connection is closed without a response. */
    RESET_CONNECTION
}

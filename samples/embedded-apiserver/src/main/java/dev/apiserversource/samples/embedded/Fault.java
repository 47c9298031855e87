package dev.apiserversource.samples.embedded;

/**
 * What can go wrong on request of a test. A <em>request</em> fault is used up by the next request for objects (any
 * verb; not discovery), a <em>watch</em> fault by the next watch that opens, a <em>frame</em> fault by the next change
 * that an open watch has to send; a <em>state</em> holds for as long as it is switched on and is never used up.
 */
public enum Fault {
    /** Frame: the watch ends cleanly, without having sent the change. */
    CLOSE_WATCH,
    /** Frame: the watch sends half of the change's frame, then its connection is closed. */
    TRUNCATE_FRAME,
    /** Frame: the connection of the watch is closed without the end of its chunked body. */
    CUT_WATCH,
    /** Frame: the watch sends an ERROR frame with a Status 500 in place of the change and ends. */
    ERROR_FRAME,
    /** Watch or frame, whichever comes first: an ERROR frame with Status 410 Expired in a 200 answer, and the end. */
    GONE_410,
    /** Watch: answered with HTTP 410. */
    GONE_410_HTTP,
    /** Watch: answered with an ERROR frame of Status 504 "Too large resource version", as after a restored backup. */
    TOO_LARGE_VERSION,
    /** Watch: answered with HTTP 422 when it asks for a streaming list (sendInitialEvents); others do not use it up. */
    NO_STREAMING_LIST,
    /** State: watches send bookmarks, but no changes; those follow once it is switched off. */
    BOOKMARKS_ONLY,
    /** State: watches are written byte by byte, each its own chunk: every multi-byte character is cut. */
    SPLIT_UTF8,
    /** State: watches send nothing at all, do not end, and keep their connection. */
    FREEZE_WATCH,
    /** List (a request that is no watch and names no object): answered after two seconds. */
    SLOW_LIST,
    /** List with a continue token: answered with HTTP 410 Expired. */
    EXPIRED_CONTINUE,
    /** Request: answered with HTTP 401. */
    UNAUTHORIZED,
    /** Request: answered with HTTP 403. */
    FORBIDDEN,
    /** Request: answered with HTTP 429 and {@code Retry-After: 1}. */
    ANSWER_429,
    /** Request: answered with HTTP 500. */
    ANSWER_500,
    /** Request: the connection is closed without an answer. */
    RESET_CONNECTION,
    /** Request: the connection stays open and is never answered. */
    STALL
}

package dev.apiserversource.adapter.watch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.EnumMap;
import java.util.Map;

/**
 * A stretch that a stream could not follow change by change: from the position it lost to the list that closes it. What the list shows to
 * have happened is counted; how often an object changed meanwhile nobody knows.
 */
final class Gap {

    private static final Logger log = LoggerFactory.getLogger(Gap.class);

    private final Map<Change.Kind, Integer> found = new EnumMap<>(Change.Kind.class);
    private final String stream;
    private final String reason;
    private final String from;

    /** A gap of {@code stream} that begins at {@code from}, empty when nobody knows where. */
    Gap(String stream, String reason, String from) {
        this.stream = stream;
        this.reason = reason;
        this.from = from;
    }

    void count(Change.Kind kind) {
        found.merge(kind, 1, Integer::sum);
    }

    /** Whether the list that is to close the gap shows an older state than was known before it: the API server was set back. */
    boolean leadsBackTo(String to) {
        return ResourceVersions.isOlder(to, from);
    }

    /** The list is complete. */
    void closed(String to) {
        log.atWarn()
                .addKeyValue("stream", stream)
                .addKeyValue("reason", reason)
                .addKeyValue("from", from)
                .addKeyValue("to", to)
                .addKeyValue("adds", found.getOrDefault(Change.Kind.ADDED, 0))
                .addKeyValue("updates", found.getOrDefault(Change.Kind.MODIFIED, 0))
                .addKeyValue("deletes", found.getOrDefault(Change.Kind.DELETED, 0))
                .log("gap closed: the last states and deletes are known, states in between may have been missed");
    }
}

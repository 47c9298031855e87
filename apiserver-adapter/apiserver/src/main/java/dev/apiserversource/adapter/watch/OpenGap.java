package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ResourceVersions;

import java.util.EnumMap;
import java.util.Map;

/** A gap before the list that closes it is complete. */
final class OpenGap {

    private final Map<Change.Kind, Integer> found = new EnumMap<>(Change.Kind.class);
    private final String reason;
    private final String from;

    /** A gap that begins at {@code from}, empty when nobody knows where. */
    OpenGap(String reason, String from) {
        this.reason = reason;
        this.from = from;
    }

    /** The comparison has shown a change, which was told. */
    void count(Change.Kind kind) {
        found.merge(kind, 1, Integer::sum);
    }

    /** The list is complete; when it shows an older state than was known before, the API server was set back. */
    Gap closed(String to) {
        return new Gap(
                ResourceVersions.isOlder(to, from) ? "reset" : reason,
                from,
                to,
                found(Change.Kind.ADDED),
                found(Change.Kind.MODIFIED),
                found(Change.Kind.DELETED));
    }

    private int found(Change.Kind kind) {
        return found.getOrDefault(kind, 0);
    }
}

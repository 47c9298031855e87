package dev.apiserversource.adapter.checkpoint;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The ledgers of all streams: those that run, and those that were kept and may yet be asked for. */
final class Ledgers {

    private final Map<String, StreamState> byKey = new LinkedHashMap<>();
    private final Set<StreamState> claimed = new HashSet<>();

    void restored(StreamState ledger) {
        byKey.put(ledger.key(), ledger);
    }

    StreamState claim(String key, Supplier<StreamState> fresh) {
        StreamState ledger = byKey.computeIfAbsent(key, k -> fresh.get());
        claimed.add(ledger);
        return ledger;
    }

    /** Forgets those that no stream has claimed. */
    void dropUnclaimed() {
        byKey.values().retainAll(claimed);
    }

    Collection<StreamState> all() {
        return byKey.values();
    }

    /** Since when the mark that is furthest behind has been so; empty when all are up to date. */
    Optional<Instant> behindSince() {
        return claimed.stream().flatMap(ledger -> ledger.behindSince().stream()).min(Comparator.naturalOrder());
    }

    int knownObjects() {
        return byKey.values().stream().mapToInt(ledger -> ledger.index().size()).sum();
    }
}

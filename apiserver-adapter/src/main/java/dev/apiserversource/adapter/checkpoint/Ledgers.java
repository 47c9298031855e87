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

    private final Map<String, StreamLedger> byKey = new LinkedHashMap<>();
    private final Set<StreamLedger> claimed = new HashSet<>();

    void restored(StreamLedger ledger) {
        byKey.put(ledger.key(), ledger);
    }

    StreamLedger claim(String key, Supplier<StreamLedger> fresh) {
        StreamLedger ledger = byKey.computeIfAbsent(key, k -> fresh.get());
        claimed.add(ledger);
        return ledger;
    }

    /** Forgets those that no stream has claimed. */
    void dropUnclaimed() {
        byKey.values().retainAll(claimed);
    }

    Collection<StreamLedger> all() {
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

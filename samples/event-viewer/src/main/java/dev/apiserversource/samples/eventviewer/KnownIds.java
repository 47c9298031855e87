package dev.apiserversource.samples.eventviewer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Recognizes repeats: source and id together identify an event (CloudEvents 1.0, section 3.1). Of each only a hash is
 * kept, so that the memory does not depend on the length of the ids.
 */
final class KnownIds {

    private final Map<Hash, Long> first;

    /** Remembers the {@code capacity} events that were seen last. */
    KnownIds(int capacity) {
        first = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Hash, Long> eldest) {
                return size() > capacity;
            }
        };
    }

    /**
     * The number under which the event arrived first; {@code sequence} when it is new.
     *
     * @param sequence its number now
     */
    long firstSequence(String source, String id, long sequence) {
        Hash hash = Hash.of(source, id);
        Long known = first.remove(hash);
        long number = known == null ? sequence : known;
        // Last again: a repeat is likely to be repeated.
        first.put(hash, number);
        return number;
    }

    private record Hash(long high, long low) {

        static Hash of(String source, String id) {
            ByteBuffer digest = ByteBuffer.wrap(
                    sha256().digest((source.length() + ":" + source + id).getBytes(StandardCharsets.UTF_8)));
            return new Hash(digest.getLong(), digest.getLong());
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}

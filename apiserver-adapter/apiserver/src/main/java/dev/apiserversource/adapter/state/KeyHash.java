package dev.apiserversource.adapter.state;

/**
 * A hash of object keys with a secret seed. Tenants choose the names of objects. Without the seed they cannot choose
 * names that all have one hash.
 */
public final class KeyHash {

    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private final long start;
    private final long factor;

    /** The hash of one seed; the same in every process. */
    public KeyHash(long seed) {
        this.start = mix(seed + GOLDEN_RATIO);
        this.factor = mix(seed + 2 * GOLDEN_RATIO) | 1;
    }

    /** The hash of the bytes from {@code from} to before {@code to}. */
    public int of(byte[] bytes, int from, int to) {
        long hash = start;
        for (int i = from; i < to; i++) {
            hash = (hash ^ bytes[i]) * factor;
            hash ^= hash >>> 29;
        }
        return (int) (mix(hash) >>> 32);
    }

    /** The last step of <a href="https://doi.org/10.1145/2714064.2660195">SplitMix64</a>. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}

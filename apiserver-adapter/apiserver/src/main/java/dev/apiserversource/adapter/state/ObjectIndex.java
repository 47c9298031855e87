package dev.apiserversource.adapter.state;

import dev.apiserversource.adapter.model.ObjectState;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * The objects of one stream that exist as far as it has read, each with its state. A list is compared with it after a
 * gap.
 *
 * <p>It holds packed states only, about 100 bytes for an object whose namespace and name have 40 characters together.
 * Measured with 100,000 objects: 9.8 MB; each character more is a byte more.
 *
 * <p>Where updates are compared, each slot has a digest besides. It is not stored: see {@link StreamState}.
 *
 * <p>A hash table with open addressing and linear probing. Removal closes the hole, so there are no tombstones.
 */
final class ObjectIndex {

    private static final int SMALLEST_TABLE = 16;

    private final KeyHash hash;
    private byte[] @Nullable [] table = new byte[SMALLEST_TABLE][];

    /** By slot, 0 where unknown; null until the first one is set. */
    private long @Nullable [] digests;

    private int size;

    /** An empty index, whose slots follow from {@code hash}. */
    ObjectIndex(KeyHash hash) {
        this.hash = hash;
    }

    int size() {
        return size;
    }

    void clear() {
        table = new byte[SMALLEST_TABLE][];
        digests = null;
        size = 0;
    }

    /** The state of the object {@code namespace/name}, packed, or null. Shared: it must not be written to. */
    byte @Nullable [] packed(String key) {
        return table[find(key.getBytes(StandardCharsets.UTF_8))];
    }

    /** Passes every state, packed, to {@code action}, which must change neither the states nor the index. */
    void forEachPacked(Consumer<byte[]> action) {
        for (byte @Nullable [] packed : table) {
            if (packed != null) {
                action.accept(packed);
            }
        }
    }

    /** The state of the object, or null. */
    @Nullable
    ObjectState get(String namespace, String name) {
        byte @Nullable [] packed = table[find(ObjectState.key(namespace, name))];
        return packed == null ? null : ObjectState.unpack(packed);
    }

    /** The digest of the object's state, or 0 when it is unknown. */
    long digest(String namespace, String name) {
        return digests == null ? 0 : digests[find(ObjectState.key(namespace, name))];
    }

    /** Sets the digest of an indexed object's state. */
    void setDigest(String namespace, String name, long digest) {
        setDigest(find(ObjectState.key(namespace, name)), digest);
    }

    private void setDigest(int slot, long digest) {
        if (digests == null && digest != 0) {
            digests = new long[table.length];
        }
        if (digests != null) {
            digests[slot] = digest;
        }
    }

    /** Sets the state of an object and its digest, 0 if it has none, and marks the object as seen. */
    void put(ObjectState state, long digest) {
        byte[] key = ObjectState.key(state.namespace(), state.name());
        put(key, state.pack(key), digest);
    }

    /** The same without a digest. */
    void put(ObjectState state) {
        put(state, 0);
    }

    /** Sets the state of an object to the packed state, which is not copied. */
    void putPacked(byte[] packed) {
        put(Arrays.copyOfRange(packed, ObjectState.keyStart(packed), packed.length), packed, 0);
    }

    /** Removes the object {@code namespace/name}, if there is one. */
    void remove(String key) {
        remove(key.getBytes(StandardCharsets.UTF_8));
    }

    private void put(byte[] key, byte[] packed, long digest) {
        int slot = find(key);
        if (table[slot] == null) {
            size++;
        }
        table[slot] = packed;
        setDigest(slot, digest);
        if (size * 3L > table.length * 2L) {
            resize(table.length * 2);
        }
    }

    /** Removes the object, if there is one. */
    void remove(String namespace, String name) {
        remove(ObjectState.key(namespace, name));
    }

    private void remove(byte[] key) {
        int slot = find(key);
        if (table[slot] != null) {
            size--;
            closeHole(slot);
        }
        if (table.length > SMALLEST_TABLE && size * 8L < table.length) {
            resize(table.length / 2);
        }
    }

    /** Marks every object as unseen. */
    void beginList() {
        for (byte @Nullable [] packed : table) {
            if (packed != null) {
                ObjectState.setSeen(packed, false);
            }
        }
    }

    /** Marks the object as seen, its state unchanged. */
    void see(String namespace, String name) {
        byte @Nullable [] packed = table[find(ObjectState.key(namespace, name))];
        if (packed != null) {
            ObjectState.setSeen(packed, true);
        }
    }

    /** The objects that were not seen since {@link #beginList}, packed. They stay until they are removed. */
    Queue<byte[]> unseen() {
        Queue<byte[]> unseen = new ArrayDeque<>();
        for (byte @Nullable [] packed : table) {
            if (packed != null && !ObjectState.seen(packed)) {
                unseen.add(packed);
            }
        }
        return unseen;
    }

    /** The slot that holds the key, or the free one where it belongs. */
    private int find(byte[] key) {
        int slot = slotOf(key, 0, key.length);
        for (byte @Nullable [] at = table[slot]; at != null && !ObjectState.hasKey(at, key); at = table[slot]) {
            slot = next(slot);
        }
        return slot;
    }

    private int slotOf(byte[] bytes, int from, int to) {
        return hash.of(bytes, from, to) & table.length - 1;
    }

    private int next(int slot) {
        return slot + 1 & table.length - 1;
    }

    private void closeHole(int hole) {
        table[hole] = null;
        setDigest(hole, 0);
        int slot = next(hole);
        for (byte @Nullable [] at = table[slot]; at != null; at = table[slot]) {
            int home = slotOf(at, ObjectState.keyStart(at), at.length);
            // An entry moves into the hole unless its home lies behind the hole, on its way.
            boolean between = hole < slot ? hole < home && home <= slot : hole < home || home <= slot;
            if (!between) {
                table[hole] = at;
                table[slot] = null;
                if (digests != null) {
                    digests[hole] = digests[slot];
                    digests[slot] = 0;
                }
                hole = slot;
            }
            slot = next(slot);
        }
    }

    private void resize(int capacity) {
        byte[] @Nullable [] old = table;
        long @Nullable [] oldDigests = digests;
        table = new byte[capacity][];
        digests = oldDigests == null ? null : new long[capacity];
        for (int i = 0; i < old.length; i++) {
            byte @Nullable [] packed = old[i];
            if (packed != null) {
                int slot = find(Arrays.copyOfRange(packed, ObjectState.keyStart(packed), packed.length));
                table[slot] = packed;
                setDigest(slot, oldDigests == null ? 0 : oldDigests[i]);
            }
        }
    }
}

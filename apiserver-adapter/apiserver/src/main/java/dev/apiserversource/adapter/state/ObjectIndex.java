package dev.apiserversource.adapter.state;

import dev.apiserversource.adapter.model.ObjectState;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * The index of known objects of one stream: which objects exist as far as this stream has read, and in which state. It is what a list is
 * compared with after a gap. It holds no object, only what identifies a state: some 100 bytes for each
 * whose namespace and name have 40 characters together (measured with 100,000 of them: 9.8 MB, and a character more is a byte more).
 *
 * <p>A hash table with open addressing and linear probing over packed entries; removal closes the hole, so there are no tombstones.
 */
public final class ObjectIndex {

    private static final int SMALLEST_TABLE = 16;

    private byte[] @Nullable [] table = new byte[SMALLEST_TABLE][];
    private int size;

    /** How many objects are known. */
    public int size() {
        return size;
    }

    /** Forgets everything. */
    public void clear() {
        table = new byte[SMALLEST_TABLE][];
        size = 0;
    }

    /** What is known of the object of {@code namespace/name}, packed, or null; shared, not to be written to. */
    public byte @Nullable [] packed(String key) {
        return table[find(key.getBytes(StandardCharsets.UTF_8))];
    }

    /** Hands out all that is known, packed; shared, not to be written to. The index must not change meanwhile. */
    public void forEachPacked(Consumer<byte[]> action) {
        for (byte @Nullable [] packed : table) {
            if (packed != null) {
                action.accept(packed);
            }
        }
    }

    /** What is known of the object of that name, or null. */
    @Nullable
    public ObjectState get(String namespace, String name) {
        byte @Nullable [] packed = table[find(ObjectState.key(namespace, name))];
        return packed == null ? null : ObjectState.unpack(packed);
    }

    /** Remembers the object's state, and that it has been seen since {@link #beginList}. */
    public void put(ObjectState known) {
        byte[] key = ObjectState.key(known.namespace(), known.name());
        put(key, known.pack(key));
    }

    /** Takes a packed object over. */
    public void putPacked(byte[] packed) {
        put(Arrays.copyOfRange(packed, ObjectState.keyStart(packed), packed.length), packed);
    }

    /** Forgets the object of {@code namespace/name}; does nothing when it is not known. */
    public void remove(String key) {
        remove(key.getBytes(StandardCharsets.UTF_8));
    }

    private void put(byte[] key, byte[] packed) {
        int slot = find(key);
        if (table[slot] == null) {
            size++;
        }
        table[slot] = packed;
        if (size * 3L > table.length * 2L) {
            resize(table.length * 2);
        }
    }

    /** Forgets the object; does nothing when it is not known. */
    public void remove(String namespace, String name) {
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

    /** From now on an object counts as unseen until it is put or {@linkplain #see seen}. */
    public void beginList() {
        for (byte @Nullable [] packed : table) {
            if (packed != null) {
                ObjectState.setSeen(packed, false);
            }
        }
    }

    /** Marks a known object as seen, its state unchanged. */
    public void see(String namespace, String name) {
        byte @Nullable [] packed = table[find(ObjectState.key(namespace, name))];
        if (packed != null) {
            ObjectState.setSeen(packed, true);
        }
    }

    /** The objects that have not been seen since {@link #beginList}, packed; they stay known until they are removed. */
    public Queue<byte[]> unseen() {
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
        int hash = 1;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        // Names differ in their last characters; spread those over all bits.
        hash *= 0x9E3779B9;
        return (hash ^ hash >>> 16) & table.length - 1;
    }

    private int next(int slot) {
        return slot + 1 & table.length - 1;
    }

    private void closeHole(int hole) {
        table[hole] = null;
        int slot = next(hole);
        for (byte @Nullable [] at = table[slot]; at != null; at = table[slot]) {
            int home = slotOf(at, ObjectState.keyStart(at), at.length);
            // An entry moves into the hole unless its home lies behind the hole, on its way.
            boolean between = hole < slot ? hole < home && home <= slot : hole < home || home <= slot;
            if (!between) {
                table[hole] = at;
                table[slot] = null;
                hole = slot;
            }
            slot = next(slot);
        }
    }

    private void resize(int capacity) {
        byte[] @Nullable [] old = table;
        table = new byte[capacity][];
        for (byte @Nullable [] packed : old) {
            if (packed != null) {
                byte[] key = Arrays.copyOfRange(packed, ObjectState.keyStart(packed), packed.length);
                table[find(key)] = packed;
            }
        }
    }
}

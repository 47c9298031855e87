package dev.apiserversource.adapter.model;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * The state of one object, without its content. It is indexed and stored packed into one array of about a hundred
 * bytes, because an index holds a hundred thousand of them:
 *
 * <pre>
 *   flags | uid: 16 bytes, or length and text if it is no UUID | length and text of the version | namespace/name
 * </pre>
 *
 * @param namespace its namespace, empty for a cluster-scoped object
 * @param name its name
 * @param uid its uid
 * @param resourceVersion identifies the state
 * @param relevant whether the state passed the stream's filter
 */
public record ObjectState(String namespace, String name, String uid, String resourceVersion, boolean relevant) {

    private static final int UUID_BYTES = 16;
    private static final int UUID_LENGTH = 36;
    private static final byte[] NO_BYTES = {};
    private static final byte RELEVANT = 1;
    private static final byte SEEN = 2;
    private static final byte UUID_PACKED = 4;

    /** The state of an object as it was read. */
    public static ObjectState of(ObjectMetadata object, boolean relevant) {
        return new ObjectState(object.namespace(), object.name(), object.uid(), object.resourceVersion(), relevant);
    }

    /** Whether this is the state of {@code object}: the same object in the same version. */
    public boolean isStateOf(ObjectMetadata object) {
        return uid.equals(object.uid()) && resourceVersion.equals(object.resourceVersion());
    }

    /** {@code namespace/name} in UTF-8, by which an object is found within its stream. */
    public static byte[] key(String namespace, String name) {
        return (namespace + "/" + name).getBytes(StandardCharsets.UTF_8);
    }

    /** The state in one array; {@link #unpack} is the reverse. */
    public byte[] pack() {
        return pack(key(namespace, name));
    }

    /** The same for a caller that has the {@linkplain #key(String, String) key} of the object. */
    public byte[] pack(byte[] key) {
        byte[] version = resourceVersion.getBytes(StandardCharsets.UTF_8);
        @Nullable UUID uuid = uuid(uid);
        byte[] opaqueUid = uuid == null ? uid.getBytes(StandardCharsets.UTF_8) : NO_BYTES;
        int uidLength = uuid == null ? Short.BYTES + opaqueUid.length : UUID_BYTES;
        ByteBuffer packed = ByteBuffer.allocate(1 + uidLength + Short.BYTES + version.length + key.length);
        packed.put((byte) ((relevant ? RELEVANT : 0) | SEEN | (uuid == null ? 0 : UUID_PACKED)));
        if (uuid == null) {
            packed.putShort((short) opaqueUid.length).put(opaqueUid);
        } else {
            packed.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        }
        return packed.putShort((short) version.length).put(version).put(key).array();
    }

    /** The state in a packed array. */
    public static ObjectState unpack(byte[] bytes) {
        ByteBuffer packed = ByteBuffer.wrap(bytes);
        byte flags = packed.get();
        String uid = (flags & UUID_PACKED) != 0
                ? new UUID(packed.getLong(), packed.getLong()).toString()
                : text(packed, packed.getShort());
        String version = text(packed, packed.getShort());
        String key = text(packed, packed.remaining());
        int slash = key.indexOf('/');
        return new ObjectState(
                key.substring(0, slash), key.substring(slash + 1), uid, version, (flags & RELEVANT) != 0);
    }

    /** The {@code namespace/name} of a packed state. */
    public static String key(byte[] packed) {
        int start = keyStart(packed);
        return new String(packed, start, packed.length - start, StandardCharsets.UTF_8);
    }

    /** Where {@code namespace/name} begins in a packed state. */
    public static int keyStart(byte[] bytes) {
        int afterUid = 1 + ((bytes[0] & UUID_PACKED) != 0 ? UUID_BYTES : Short.BYTES + length(bytes, 1));
        return afterUid + Short.BYTES + length(bytes, afterUid);
    }

    /** Whether a packed state is that of the object with this key. */
    public static boolean hasKey(byte[] bytes, byte[] key) {
        return Arrays.equals(bytes, keyStart(bytes), bytes.length, key, 0, key.length);
    }

    /** Whether a packed state is marked as seen in a list. */
    public static boolean seen(byte[] bytes) {
        return (bytes[0] & SEEN) != 0;
    }

    /** Marks a packed state as seen in a list, or not. */
    public static void setSeen(byte[] bytes, boolean seen) {
        bytes[0] = (byte) (seen ? bytes[0] | SEEN : bytes[0] & ~SEEN);
    }

    /** The uid as a UUID; null unless it is one in its canonical form. */
    private static @Nullable UUID uuid(String uid) {
        if (uid.length() != UUID_LENGTH || uid.charAt(8) != '-') {
            return null;
        }
        try {
            UUID parsed = UUID.fromString(uid);
            return parsed.toString().equals(uid) ? parsed : null;
        } catch (IllegalArgumentException opaque) {
            return null;
        }
    }

    private static int length(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
    }

    private static String text(ByteBuffer packed, int length) {
        byte[] bytes = new byte[length];
        packed.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

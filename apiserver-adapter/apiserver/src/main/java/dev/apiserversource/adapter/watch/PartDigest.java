package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.json.ByteSlice;
import dev.apiserversource.adapter.json.JsonBytes;
import dev.apiserversource.adapter.model.ChangedPart;
import dev.apiserversource.adapter.state.StreamState;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The digest of one part of an object, to see whether an update has changed that part: 64 bits of SHA-256.
 *
 * <p>It is of the bytes as they were sent, because an API server always writes one state in the same way. Another
 * release of it may write the state otherwise. Then an update is emitted that has not changed the part.
 *
 * <p>A secret key precedes the bytes. Without it, tenants could look for two states with one digest, and hide the
 * change from the one to the other.
 */
final class PartDigest {

    private static final byte[] NO_KEY = {};
    private static final List<byte[]> NOT_SPEC = utf8("apiVersion", "kind", "metadata", "status");
    private static final List<byte[]> NOT_METADATA = utf8("resourceVersion", "generation", "managedFields");
    private static final byte[] METADATA = "metadata".getBytes(StandardCharsets.UTF_8);
    private static final byte[] STATUS = "status".getBytes(StandardCharsets.UTF_8);

    private final ChangedPart part;
    private final byte[] key;
    private final MessageDigest sha256 = sha256();

    /** The digest of {@code part}, with a key that {@code random} draws. */
    PartDigest(ChangedPart part, RandomGenerator random) {
        this.part = part;
        this.key = part == ChangedPart.ANY ? NO_KEY : key(random);
    }

    private static byte[] key(RandomGenerator random) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(random.nextLong())
                .putLong(random.nextLong())
                .array();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static List<byte[]> utf8(String... names) {
        return List.of(names).stream()
                .map(name -> name.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /** Whether digests decide anything. */
    boolean isUsed() {
        return part != ChangedPart.ANY;
    }

    /** The digest of the part of {@code object}; never {@link StreamState#UNKNOWN_DIGEST}, unless it is not used. */
    long of(ByteSlice object) {
        if (!isUsed()) {
            return StreamState.UNKNOWN_DIGEST;
        }
        sha256.update(key);
        byte[] bytes = object.bytes();
        JsonBytes.eachMember(bytes, object.from(), (from, keyEnd, value) -> {
            boolean metadata = part == ChangedPart.METADATA && JsonBytes.isString(bytes, from, keyEnd, METADATA);
            if (metadata && bytes[value] == '{') {
                return addMembers(bytes, value);
            }
            int end = JsonBytes.endOfValue(bytes, value);
            if (isPart(bytes, from, keyEnd)) {
                sha256.update(bytes, from, end - from);
            }
            return end;
        });
        long digest = ByteBuffer.wrap(sha256.digest()).getLong();
        return digest == StreamState.UNKNOWN_DIGEST ? 1 : digest;
    }

    private boolean isPart(byte[] bytes, int from, int keyEnd) {
        return switch (part) {
            case SPEC -> !isOneOf(NOT_SPEC, bytes, from, keyEnd);
            case STATUS -> JsonBytes.isString(bytes, from, keyEnd, STATUS);
            default -> false;
        };
    }

    private int addMembers(byte[] bytes, int metadata) {
        return JsonBytes.eachMember(bytes, metadata, (from, keyEnd, value) -> {
            int end = JsonBytes.endOfValue(bytes, value);
            if (!isOneOf(NOT_METADATA, bytes, from, keyEnd)) {
                sha256.update(bytes, from, end - from);
            }
            return end;
        });
    }

    private static boolean isOneOf(List<byte[]> names, byte[] bytes, int from, int to) {
        for (byte[] name : names) {
            if (JsonBytes.isString(bytes, from, to, name)) {
                return true;
            }
        }
        return false;
    }
}

package dev.apiserversource.adapter.json;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The difference of two JSON objects, as <a href="https://www.rfc-editor.org/rfc/rfc7396">JSON merge patches</a>. An
 * array that differs is in them as a whole. A member that is null counts as absent, because a merge patch cannot tell
 * the two apart.
 *
 * <p>Bytes are compared, and only values that differ are parsed.
 *
 * @param patch turns the object before into the one after
 * @param reverse turns the object after into the one before
 */
public record MergePatches(ObjectNode patch, ObjectNode reverse) {

    /** Numbers keep their digits. */
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** The patches between two valid JSON objects. */
    public static MergePatches between(byte[] before, byte[] after) {
        MergePatches patches = empty();
        patches.compareObjects(whole(before), whole(after));
        return patches;
    }

    private static MergePatches empty() {
        return new MergePatches(MAPPER.createObjectNode(), MAPPER.createObjectNode());
    }

    private static ByteSlice whole(byte[] json) {
        return new ByteSlice(json, JsonBytes.skipSpace(json, 0), json.length);
    }

    private void compareObjects(ByteSlice before, ByteSlice after) {
        Map<String, ByteSlice> added = members(after);
        members(before).forEach((name, value) -> compareMember(name, value, added.remove(name)));
        added.forEach((name, value) -> compareMember(name, null, value));
    }

    private static Map<String, ByteSlice> members(ByteSlice object) {
        byte[] bytes = object.bytes();
        Map<String, ByteSlice> members = new LinkedHashMap<>();
        JsonBytes.eachMember(bytes, object.from(), (key, keyEnd, value) -> {
            int end = JsonBytes.endOfValue(bytes, value);
            members.put(JsonBytes.text(bytes, key, keyEnd), new ByteSlice(bytes, value, end));
            return end;
        });
        return members;
    }

    private void compareMember(String name, @Nullable ByteSlice before, @Nullable ByteSlice after) {
        if (before == null || after == null || !isObject(before) || !isObject(after)) {
            compareValues(name, before, after);
        } else if (!isSame(before, after)) {
            MergePatches inner = empty();
            inner.compareObjects(before, after);
            setUnlessEmpty(patch, name, inner.patch);
            setUnlessEmpty(reverse, name, inner.reverse);
        }
    }

    private void compareValues(String name, @Nullable ByteSlice before, @Nullable ByteSlice after) {
        if (before != null && after != null && isSame(before, after)) {
            return;
        }
        JsonNode old = tree(before);
        JsonNode now = tree(after);
        if (!old.equals(now)) {
            patch.set(name, now);
            reverse.set(name, old);
        }
    }

    private static boolean isSame(ByteSlice a, ByteSlice b) {
        return Arrays.equals(a.bytes(), a.from(), a.to(), b.bytes(), b.from(), b.to());
    }

    private static boolean isObject(ByteSlice value) {
        return value.bytes()[value.from()] == '{';
    }

    private static void setUnlessEmpty(ObjectNode patch, String name, ObjectNode inner) {
        if (!inner.isEmpty()) {
            patch.set(name, inner);
        }
    }

    private static JsonNode tree(@Nullable ByteSlice value) {
        try {
            return value == null
                    ? NullNode.getInstance()
                    : MAPPER.readTree(value.bytes(), value.from(), value.length());
        } catch (IOException malformed) {
            throw new UncheckedIOException("the reader of the stream has checked that it is JSON", malformed);
        }
    }
}

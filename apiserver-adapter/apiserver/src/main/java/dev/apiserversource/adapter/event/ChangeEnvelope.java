package dev.apiserversource.adapter.event;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.adapter.model.PreviousState;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * The data of an update of a resource with {@code previous: Patch}: the object as it was sent, and what the update has
 * changed.
 *
 * <pre>
 *   {"object": {…},
 *    "previous": {"resourceVersion": "41",
 *                 "patch":        {"spec": {"replicas": 5}},
 *                 "reversePatch": {"spec": {"replicas": 3}}}}
 * </pre>
 *
 * <p>{@code patch} turns the previous state into the object, {@code reversePatch} the object into the previous state.
 * Both are <a href="https://www.rfc-editor.org/rfc/rfc7396">JSON merge patches</a>: an array that differs is in them as
 * a whole, and a member that is null is the same as one that is absent. {@code previous} is left out when the previous
 * state is not known.
 */
final class ChangeEnvelope {

    /** Names the JSON schema of the data. */
    static final URI SCHEMA = URI.create("https://apiserversource.dev/schemas/dev.apiserversource.change.v1.json");

    /** Numbers keep their digits. */
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private ChangeEnvelope() {}

    /** The envelope of {@code object}, which is a JSON object. */
    static byte[] of(byte[] object, PreviousState previous) {
        ByteArrayOutputStream envelope = new ByteArrayOutputStream(object.length + 256);
        envelope.writeBytes(utf8("{\"object\":"));
        envelope.writeBytes(object);
        if (previous.isKnown()) {
            envelope.writeBytes(utf8(",\"previous\":"));
            envelope.writeBytes(utf8(comparison(object, previous).toString()));
        }
        envelope.write('}');
        return envelope.toByteArray();
    }

    private static ObjectNode comparison(byte[] object, PreviousState previous) {
        ObjectNode node = MAPPER.createObjectNode().put("resourceVersion", previous.resourceVersion());
        compare(tree(previous.data()), tree(object), node.putObject("patch"), node.putObject("reversePatch"));
        return node;
    }

    /** Adds to the patches what differs. */
    private static void compare(JsonNode before, JsonNode after, ObjectNode patch, ObjectNode reverse) {
        before.properties().forEach(member -> {
            String name = member.getKey();
            compareMember(name, member.getValue(), after.path(name), patch, reverse);
        });
        after.properties().forEach(member -> {
            if (!before.has(member.getKey()) && !member.getValue().isNull()) {
                patch.set(member.getKey(), member.getValue());
                reverse.putNull(member.getKey());
            }
        });
    }

    private static void compareMember(
            String name, JsonNode before, JsonNode after, ObjectNode patch, ObjectNode reverse) {
        if (before.isObject() && after.isObject()) {
            ObjectNode innerPatch = MAPPER.createObjectNode();
            ObjectNode innerReverse = MAPPER.createObjectNode();
            compare(before, after, innerPatch, innerReverse);
            setUnlessEmpty(patch, name, innerPatch);
            setUnlessEmpty(reverse, name, innerReverse);
        } else if (!before.equals(after) && !(isAbsent(before) && isAbsent(after))) {
            patch.set(name, valueOrNull(after));
            reverse.set(name, valueOrNull(before));
        }
    }

    private static void setUnlessEmpty(ObjectNode patch, String name, ObjectNode inner) {
        if (!inner.isEmpty()) {
            patch.set(name, inner);
        }
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static JsonNode valueOrNull(JsonNode node) {
        return isAbsent(node) ? MAPPER.nullNode() : node;
    }

    private static JsonNode tree(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException malformed) {
            throw new UncheckedIOException("the reader of the stream has checked that it is JSON", malformed);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package dev.apiserversource.adapter.event;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.adapter.json.MergePatches;
import dev.apiserversource.adapter.model.PreviousState;

import java.io.ByteArrayOutputStream;
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
 * <p>{@code patch} turns the previous state into the object, {@code reversePatch} the object into the previous state
 * ({@link MergePatches}). {@code previous} is left out when the previous state is not known.
 */
final class ChangeEnvelope {

    /** Names the JSON schema of the data. */
    static final URI SCHEMA = URI.create("https://apiserversource.dev/schemas/dev.apiserversource.change.v1.json");

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
        MergePatches patches = MergePatches.between(previous.data(), object);
        return JsonNodeFactory.instance
                .objectNode()
                .put("resourceVersion", previous.resourceVersion())
                .<ObjectNode>set("patch", patches.patch())
                .set("reversePatch", patches.reverse());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

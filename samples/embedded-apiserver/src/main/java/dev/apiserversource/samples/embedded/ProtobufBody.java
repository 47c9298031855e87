package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.ProtobufSchema.Field;
import io.vertx.core.buffer.Buffer;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * Bodies in Kubernetes' binary form, in which newer versions of kubectl send some kinds and to which they know no
 * alternative. Reads what {@link ProtobufSchema} describes and refuses everything else with 415: nothing is lost
 * unnoticed. Fields that hold the zero of their type are left out, as it cannot be told whether they were set.
 */
final class ProtobufBody {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MAGIC_LENGTH = 4;
    private static final int RAW_FIELD = 2;

    private ProtobufBody() {}

    static boolean isMeant(String contentType) {
        return contentType.startsWith("application/vnd.kubernetes.protobuf");
    }

    /** The object in {@code body}; fails with 415 when it is of another kind or has other fields than are known. */
    static ObjectNode parse(Buffer body) {
        try {
            ByteBuffer envelope = ByteBuffer.wrap(body.getBytes()).position(MAGIC_LENGTH);
            ObjectNode typeMeta =
                    (ObjectNode) message("Unknown", envelope.duplicate()).path("typeMeta");
            ObjectNode object = message(typeMeta.path("kind").asText(), raw(envelope));
            return typeMeta.setAll(object);
        } catch (BufferUnderflowException | IllegalArgumentException | ClassCastException e) {
            throw ApiException.badRequest("the body of the request is not in Kubernetes' binary form");
        }
    }

    private static ByteBuffer raw(ByteBuffer envelope) {
        while (envelope.hasRemaining()) {
            long tag = varint(envelope);
            ByteBuffer value = value(tag, envelope);
            if (tag >> 3 == RAW_FIELD) {
                return value;
            }
        }
        throw new IllegalArgumentException("no object");
    }

    private static ObjectNode message(String name, ByteBuffer bytes) {
        Map<Integer, Field> fields = ProtobufSchema.fieldsOf(name).orElseThrow(() -> refusal(name));
        ObjectNode object = JSON.objectNode();
        while (bytes.hasRemaining()) {
            long tag = varint(bytes);
            ByteBuffer value = value(tag, bytes);
            Field field = fields.get((int) (tag >> 3));
            if (field != null) {
                add(object, field, value);
            } else if (value.hasRemaining()) {
                throw refusal("field " + (tag >> 3) + " of " + name);
            }
        }
        return object;
    }

    private static void add(ObjectNode object, Field field, ByteBuffer value) {
        switch (field.type()) {
            case "-" -> {}
            case "m", "d" ->
                addEntry(
                        object.withObject("/" + field.name()),
                        value,
                        field.type().equals("d"));
            default -> addValue(object, field, decode(field.type(), value));
        }
    }

    private static void addValue(ObjectNode object, Field field, JsonNode value) {
        if (field.repeated()) {
            object.withArray("/" + field.name()).add(value);
        } else if (!isZero(value)) {
            object.set(field.name(), value);
        }
    }

    private static JsonNode decode(String type, ByteBuffer value) {
        return switch (type) {
            case "s" -> JSON.textNode(text(value));
            case "i" -> JSON.numberNode(varint(value));
            case "b" -> JSON.booleanNode(varint(value) != 0);
            case "p" -> intOrString(message("IntOrString", value));
            default -> message(type, value);
        };
    }

    private static JsonNode intOrString(ObjectNode value) {
        return value.path("type").asInt() == 0
                ? IntNode.valueOf(value.path("intVal").asInt())
                : value.path("strVal");
    }

    /** A map's entry is a message of key (1) and value (2). */
    private static void addEntry(ObjectNode map, ByteBuffer entry, boolean binary) {
        String key = "";
        JsonNode value = JSON.textNode("");
        while (entry.hasRemaining()) {
            long tag = varint(entry);
            ByteBuffer part = value(tag, entry);
            if (tag >> 3 == 1) {
                key = text(part);
            } else {
                value = JSON.textNode(binary ? base64(part) : text(part));
            }
        }
        map.set(key, value);
    }

    /** The bytes of the value that follows {@code tag}: of a number its varint, else what its length says. */
    private static ByteBuffer value(long tag, ByteBuffer bytes) {
        ByteBuffer value = bytes.duplicate();
        switch ((int) (tag & 7)) {
            case 0 -> varint(bytes);
            case 2 -> {
                int length = (int) varint(bytes);
                value = bytes.slice(bytes.position(), length);
                bytes.position(bytes.position() + length);
                return value;
            }
            default -> throw refusal("wire type " + (tag & 7));
        }
        return value.limit(bytes.position());
    }

    private static long varint(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = bytes.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of more than 64 bits");
    }

    private static boolean isZero(JsonNode value) {
        return value.isTextual()
                ? value.asText().isEmpty()
                : !value.isContainerNode() && value.asLong() == 0 && !value.asBoolean();
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private static String base64(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1
                .decode(Base64.getEncoder().encode(bytes))
                .toString();
    }

    private static ApiException refusal(String what) {
        return ApiException.unsupportedMediaType(
                "application/json (the binary form is not understood for " + what + ")");
    }
}

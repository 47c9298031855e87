package dev.apiserversource.samples.embedded.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.store.ApiException;
import io.vertx.core.buffer.Buffer;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Request bodies in the binary form of Kubernetes, which kubectl sends for {@code create} without an alternative. Reads
 * the messages of {@code MESSAGES}; 415 for any other message or field, so that nothing is lost. Zero values are
 * omitted, because an unset field cannot be distinguished from a zero.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding">Protobuf encoding</a>
 */
public final class ProtobufBody {

    /**
     * A message and its fields with the numbers of Kubernetes' {@code generated.proto}: {@code name=number:type}. Types
     * are {@code s}tring, {@code i}nteger, {@code b}oolean, {@code m}ap of strings, {@code d}ata (map of bytes),
     * {@code p}ort (integer or string), {@code -} skipped (set by the server), or a message; a star marks a repeated
     * field.
     */
    private static final String MESSAGES = """
            Unknown typeMeta=1:TypeMeta raw=2:-
            TypeMeta apiVersion=1:s kind=2:s
            ObjectMeta name=1:s generateName=2:s namespace=3:s selfLink=4:- uid=5:s resourceVersion=6:s generation=7:- \
            creationTimestamp=8:- labels=11:m annotations=12:m ownerReferences=13:*OwnerReference finalizers=14:*s
            OwnerReference kind=1:s name=3:s uid=4:s apiVersion=5:s controller=6:b blockOwnerDeletion=7:b
            LabelSelector matchLabels=1:m
            ConfigMap metadata=1:ObjectMeta data=2:m binaryData=3:d immutable=4:b
            Secret metadata=1:ObjectMeta data=2:d type=3:s stringData=4:m immutable=5:b
            Namespace metadata=1:ObjectMeta spec=2:- status=3:-
            ServiceAccount metadata=1:ObjectMeta automountServiceAccountToken=4:b
            Service metadata=1:ObjectMeta spec=2:ServiceSpec status=3:-
            ServiceSpec ports=1:*ServicePort selector=2:m clusterIP=3:s type=4:s loadBalancerIP=8:- sessionAffinity=7:s \
            externalName=10:s externalTrafficPolicy=11:s healthCheckNodePort=12:i publishNotReadyAddresses=13:b
            ServicePort name=1:s protocol=2:s port=3:i targetPort=4:p nodePort=5:i
            PodTemplateSpec metadata=1:ObjectMeta spec=2:PodSpec
            PodSpec containers=2:*Container restartPolicy=3:s dnsPolicy=6:s serviceAccountName=8:s serviceAccount=9:s \
            nodeName=10:s hostNetwork=11:b hostPID=12:b hostIPC=13:b hostname=16:s subdomain=17:s schedulerName=19:s \
            priorityClassName=24:s
            Container name=1:s image=2:s command=3:*s args=4:*s workingDir=5:s ports=6:*ContainerPort env=7:*EnvVar \
            resources=8:- terminationMessagePath=13:s imagePullPolicy=14:s stdin=16:b stdinOnce=17:b tty=18:b \
            terminationMessagePolicy=20:s
            ContainerPort name=1:s hostPort=2:i containerPort=3:i protocol=4:s hostIP=5:s
            EnvVar name=1:s value=2:s
            Deployment metadata=1:ObjectMeta spec=2:DeploymentSpec status=3:-
            DeploymentSpec replicas=1:i selector=2:LabelSelector template=3:PodTemplateSpec strategy=4:Strategy \
            minReadySeconds=5:i paused=7:b
            Strategy type=1:s
            Job metadata=1:ObjectMeta spec=2:JobSpec status=3:-
            JobSpec parallelism=1:i completions=2:i template=6:PodTemplateSpec
            Role metadata=1:ObjectMeta rules=2:*PolicyRule
            ClusterRole metadata=1:ObjectMeta rules=2:*PolicyRule
            PolicyRule verbs=1:*s apiGroups=2:*s resources=3:*s resourceNames=4:*s nonResourceURLs=5:*s
            RoleBinding metadata=1:ObjectMeta subjects=2:*Subject roleRef=3:RoleRef
            ClusterRoleBinding metadata=1:ObjectMeta subjects=2:*Subject roleRef=3:RoleRef
            Subject kind=1:s apiGroup=2:s name=3:s namespace=4:s
            RoleRef apiGroup=1:s kind=2:s name=3:s
            SelfSubjectAccessReview metadata=1:ObjectMeta spec=2:AccessReviewSpec status=3:-
            AccessReviewSpec resourceAttributes=1:ResourceAttributes
            ResourceAttributes namespace=1:s verb=2:s group=3:s version=4:s resource=5:s subresource=6:s name=7:s
            IntOrString type=1:i intVal=2:i strVal=3:s
            """;

    private static final Map<String, Map<Integer, Field>> FIELDS_BY_MESSAGE = MESSAGES.lines()
            .map(line -> line.split(" +"))
            .collect(Collectors.toUnmodifiableMap(words -> words[0], ProtobufBody::fields));

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MAGIC_LENGTH = 4;
    private static final int RAW_FIELD = 2;

    private ProtobufBody() {}

    private record Field(String name, String type, boolean repeated) {

        /** Parses {@code name=number:type}, split at its separators. */
        static Field parse(String[] part) {
            boolean repeated = part[2].startsWith("*");
            return new Field(part[0], repeated ? part[2].substring(1) : part[2], repeated);
        }
    }

    private static Map<Integer, Field> fields(String[] words) {
        return Stream.of(words)
                .skip(1)
                .map(word -> word.split("[=:]"))
                .collect(Collectors.toUnmodifiableMap(part -> Integer.valueOf(part[1]), Field::parse));
    }

    /** Whether a body of this content type is in the binary form. */
    public static boolean isProtobuf(String contentType) {
        return contentType.startsWith("application/vnd.kubernetes.protobuf");
    }

    /** The object in {@code body}; 415 for an unsupported kind or field. */
    public static ObjectNode parse(Buffer body) {
        try {
            ByteBuffer envelope = ByteBuffer.wrap(body.getBytes()).position(MAGIC_LENGTH);
            ObjectNode typeMeta =
                    (ObjectNode) message("Unknown", envelope.duplicate()).path("typeMeta");
            ObjectNode object = message(typeMeta.path("kind").asText(), raw(envelope));
            return typeMeta.setAll(object);
        } catch (BufferUnderflowException | IllegalArgumentException | ClassCastException e) {
            throw ApiException.badRequest("the request body is not a Kubernetes protobuf message");
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
        Map<Integer, Field> fields = FIELDS_BY_MESSAGE.get(name);
        if (fields == null) {
            throw unsupported(name);
        }
        ObjectNode object = JSON.objectNode();
        while (bytes.hasRemaining()) {
            long tag = varint(bytes);
            ByteBuffer value = value(tag, bytes);
            Field field = fields.get((int) (tag >> 3));
            if (field != null) {
                add(object, field, value);
            } else if (value.hasRemaining()) {
                throw unsupported("field " + (tag >> 3) + " of " + name);
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

    /** The bytes of the value after {@code tag}: a varint, or as many as its length says. */
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
            default -> throw unsupported("wire type " + (tag & 7));
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

    private static ApiException unsupported(String what) {
        return ApiException.unsupportedMediaType("application/json (protobuf is not supported for " + what + ")");
    }
}

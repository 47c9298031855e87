package dev.apiserversource.controller.apiserversource;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.apiserversource.controller.api.ApiServerSource;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a source adds to the pods of its adapter, by the annotation {@link ApiServerSource#POD_TEMPLATE}: a pod template
 * of which few fields are allowed. A user who may edit a source need not have the right to create pods. So no field is
 * allowed that reads Secrets, runs other programs or weakens the isolation of the pod.
 *
 * @param metadata labels and annotations of the pod
 * @param spec where the pod runs, and with what
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/#pod-templates">Pod templates</a>
 */
record PodTemplateAnnotation(Metadata metadata, Spec spec) {

    private static final String ALLOWED = "; allowed are metadata.labels, metadata.annotations, spec.nodeSelector,"
            + " spec.tolerations, spec.affinity, spec.priorityClassName, spec.topologySpreadConstraints, and name,"
            + " resources and env (name, value) of the container " + AdapterMetadata.CONTAINER;

    /** Refuses unknown fields at every depth. The model classes would accept them. */
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .annotationIntrospector(new WithoutAnySetter())
            .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
            .build();

    @SuppressWarnings("NullAway") // both parts are optional
    private static final PodTemplateAnnotation NONE = new PodTemplateAnnotation(null, null);

    /** Reads an absent part as an empty one. */
    @SuppressWarnings({"ConstantValue", "NullAway"}) // Jackson passes null for an absent field
    PodTemplateAnnotation {
        metadata = metadata == null ? new Metadata(null, null) : metadata;
        spec = spec == null ? new Spec(null, null, null, null, null, null) : spec;
    }

    /**
     * The template of {@code source}, empty without the annotation.
     *
     * @throws IllegalArgumentException for an invalid one, with the field and the remedy
     */
    static PodTemplateAnnotation of(ApiServerSource source) {
        return source.annotation(ApiServerSource.POD_TEMPLATE)
                .map(PodTemplateAnnotation::parse)
                .orElse(NONE);
    }

    private static PodTemplateAnnotation parse(String text) {
        try {
            PodTemplateAnnotation template = STRICT.treeToValue(tree(text), PodTemplateAnnotation.class);
            template.spec().check();
            return template;
        } catch (UnrecognizedPropertyException e) {
            throw new IllegalArgumentException(path(e) + " is not allowed" + ALLOWED, e);
        } catch (JsonMappingException e) {
            throw new IllegalArgumentException(path(e) + " has a wrong type or is null", e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be read", e);
        }
    }

    private static JsonNode tree(String text) {
        JsonNode tree = json(text).or(() -> yaml(text)).orElse(null);
        check(tree != null && tree.isObject(), "must be an object with metadata and spec, as JSON or YAML");
        return Objects.requireNonNull(tree);
    }

    private static Optional<JsonNode> json(String text) {
        try {
            return Optional.of(STRICT.reader()
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(text));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** A comment in front keeps fabric8 from reading YAML in flow style as JSON. */
    private static Optional<JsonNode> yaml(String text) {
        try {
            return Optional.ofNullable(Serialization.unmarshal("#\n" + text, JsonNode.class));
        } catch (RuntimeException e) { // The parser's exceptions have no common type.
            return Optional.empty();
        }
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(PodTemplateAnnotation::segment)
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }

    private static String segment(Reference reference) {
        return reference.getFieldName() == null ? "[" + reference.getIndex() + "]" : "." + reference.getFieldName();
    }

    private static void check(boolean valid, String rule) {
        if (!valid) {
            throw new IllegalArgumentException(rule);
        }
    }

    /**
     * {@code desired} with the fields of this template, merged as {@code kubectl patch} does: maps by key, environment
     * by name, constraints by topology; tolerations are appended.
     */
    PodTemplateSpec addTo(PodTemplateSpec desired) {
        PodTemplateSpec merged = new PodTemplateSpecBuilder(desired)
                .editMetadata()
                .addToLabels(metadata.labels())
                .addToAnnotations(metadata.annotations())
                .endMetadata()
                .build();
        if (!equals(NONE)) {
            spec.addTo(merged.getSpec());
        }
        return merged;
    }

    private static <V> Map<String, V> merge(@Nullable Map<String, V> map, Map<String, V> other) {
        Map<String, V> merged = map == null ? new TreeMap<>() : new TreeMap<>(map);
        merged.putAll(other);
        return merged;
    }

    /** The elements of both lists; one of {@code other} replaces one with an equal key. */
    private static <T> List<T> merge(@Nullable List<T> list, List<T> other, Function<T, Object> key) {
        Map<Object, T> merged = new LinkedHashMap<>();
        Stream.concat(Stream.ofNullable(list).flatMap(List::stream), other.stream())
                .forEach(element -> merged.put(key.apply(element), element));
        return List.copyOf(merged.values());
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return Objects.requireNonNullElse(list, List.of());
    }

    private static <V> Map<String, V> orEmpty(@Nullable Map<String, V> map) {
        return Objects.requireNonNullElse(map, Map.of());
    }

    /**
     * Metadata of the pod.
     *
     * @param labels labels to add
     * @param annotations annotations to add
     */
    record Metadata(Map<String, String> labels, Map<String, String> annotations) {

        Metadata {
            labels = orEmpty(labels);
            annotations = orEmpty(annotations);
        }
    }

    /**
     * Where the pod runs, and with what.
     *
     * @param nodeSelector labels of nodes to add
     * @param tolerations tolerations to add
     * @param affinity the affinity
     * @param priorityClassName the PriorityClass
     * @param topologySpreadConstraints constraints to add
     * @param containers the adapter's container at most
     */
    record Spec(
            Map<String, String> nodeSelector,
            List<Toleration> tolerations,
            @Nullable Affinity affinity,
            @Nullable String priorityClassName,
            List<TopologySpreadConstraint> topologySpreadConstraints,
            List<AdapterContainer> containers) {

        Spec {
            nodeSelector = orEmpty(nodeSelector);
            tolerations = orEmpty(tolerations);
            topologySpreadConstraints = orEmpty(topologySpreadConstraints);
            containers = orEmpty(containers);
        }

        void check() {
            PodTemplateAnnotation.check(containers.size() <= 1, "spec.containers: has more than one container");
            containers.forEach(AdapterContainer::check);
        }

        void addTo(PodSpec pod) {
            pod.setNodeSelector(merge(pod.getNodeSelector(), nodeSelector));
            pod.setTolerations(merge(pod.getTolerations(), tolerations, toleration -> toleration));
            pod.setTopologySpreadConstraints(merge(
                    pod.getTopologySpreadConstraints(),
                    topologySpreadConstraints,
                    constraint -> constraint.getTopologyKey() + " " + constraint.getWhenUnsatisfiable()));
            pod.setAffinity(affinity);
            pod.setPriorityClassName(priorityClassName);
            containers.forEach(container -> container.addTo(pod.getContainers().get(0)));
        }
    }

    /**
     * The container of the adapter.
     *
     * @param name its name
     * @param resources requests and limits to set
     * @param env variables to set
     */
    record AdapterContainer(@Nullable String name, @Nullable Resources resources, List<Variable> env) {

        private static final String FIELD = "spec.containers[0].";

        AdapterContainer {
            env = orEmpty(env);
        }

        void check() {
            PodTemplateAnnotation.check(
                    AdapterMetadata.CONTAINER.equals(name), FIELD + "name: must be " + AdapterMetadata.CONTAINER);
            env.forEach(variable -> variable.check(FIELD + "env: " + variable.name()));
        }

        void addTo(Container container) {
            if (resources != null) {
                container.setResources(new ResourceRequirementsBuilder(container.getResources())
                        .addToRequests(orEmpty(resources.requests()))
                        .addToLimits(orEmpty(resources.limits()))
                        .build());
            }
            List<EnvVar> variables = env.stream()
                    .map(variable -> new EnvVar(variable.name(), variable.value(), null))
                    .toList();
            container.setEnv(merge(container.getEnv(), variables, EnvVar::getName));
        }
    }

    /**
     * Requests and limits.
     *
     * @param requests by resource
     * @param limits by resource
     */
    record Resources(
            @Nullable Map<String, Quantity> requests,
            @Nullable Map<String, Quantity> limits) {}

    /**
     * An environment variable.
     *
     * @param name its name
     * @param value its value
     */
    record Variable(@Nullable String name, @Nullable String value) {

        private static final String JAVA_OPTIONS = "JAVA_TOOL_OPTIONS";
        private static final Pattern NAME =
                Pattern.compile("LOG_LEVEL|LOG_FORMAT|(ADAPTER|OTEL)_[A-Z_]+|" + JAVA_OPTIONS);

        /** Sizes, numbers and switches. Other options run programs in the pod, such as agents and debuggers. */
        private static final Pattern JAVA_OPTION = Pattern.compile("-X(mx|ms|mn|ss)\\d+[kKmMgG]?"
                + "|-XX:[+-]\\w+|-XX:\\w+=\\d+(\\.\\d+)?[kKmMgG]?|-Dio\\.netty\\.[\\w.]+=\\w+");

        void check(String field) {
            PodTemplateAnnotation.check(
                    name != null && NAME.matcher(name).matches(),
                    field + " is not allowed; allowed are LOG_LEVEL, LOG_FORMAT, ADAPTER_*, OTEL_* and "
                            + JAVA_OPTIONS);
            PodTemplateAnnotation.check(value != null, field + " has no value");
            if (JAVA_OPTIONS.equals(name)) {
                PodTemplateAnnotation.check(
                        Stream.of(Objects.requireNonNull(value).strip().split("\\s+"))
                                .allMatch(option -> JAVA_OPTION.matcher(option).matches()),
                        field + ": allowed are -Xmx and other sizes, -XX options with a number or a switch, and"
                                + " -Dio.netty options");
            }
        }
    }

    /** Has no any-setters, so that the model classes refuse fields that they do not have. */
    private static final class WithoutAnySetter extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1L;

        @Override
        public Boolean hasAnySetter(Annotated member) {
            return false;
        }
    }
}

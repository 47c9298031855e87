package dev.apiserversource.controller.sink;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.controller.api.CloudEventOverrides;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The variables by which containers learn where to send events: {@code K_SINK}, {@code K_CA_CERTS} and
 * {@code K_CE_OVERRIDES}, with the values that Knative's SinkBinding gives them.
 *
 * @see <a href="https://knative.dev/docs/eventing/custom-event-source/sinkbinding/">SinkBinding</a>
 */
public final class SinkEnvironment {

    /** The names of all variables. */
    public static final Set<String> NAMES = Set.of("K_SINK", "K_CA_CERTS", "K_CE_OVERRIDES");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SINK = "K_SINK";
    private static final String CA_CERTS = "K_CA_CERTS";
    private static final String OVERRIDES = "K_CE_OVERRIDES";

    private SinkEnvironment() {}

    /** A copy of {@code pod} with the variables in each container and init container. */
    public static PodSpec inject(PodSpec pod, SinkAddress sink, @Nullable CloudEventOverrides overrides) {
        List<EnvVar> variables = variables(sink, overrides);
        return new PodSpecBuilder(pod)
                .withContainers(inject(pod.getContainers(), variables))
                .withInitContainers(inject(pod.getInitContainers(), variables))
                .build();
    }

    private static List<Container> inject(List<Container> containers, List<EnvVar> variables) {
        return containers.stream()
                .map(container -> new ContainerBuilder(container)
                        .removeMatchingFromEnv(variable -> NAMES.contains(variable.getName()))
                        .addAllToEnv(variables)
                        .build())
                .toList();
    }

    /** Absent overrides are an empty text, absent certificates no variable. */
    public static List<EnvVar> variables(SinkAddress sink, @Nullable CloudEventOverrides overrides) {
        List<EnvVar> variables = new ArrayList<>();
        variables.add(new EnvVar(SINK, sink.uri(), null));
        if (sink.caCerts() != null) {
            variables.add(new EnvVar(CA_CERTS, sink.caCerts(), null));
        }
        variables.add(new EnvVar(OVERRIDES, overrides(overrides), null));
        return variables;
    }

    /** The value of {@code K_CE_OVERRIDES}: JSON sorted by name, so that equal overrides give equal text. */
    public static String overrides(@Nullable CloudEventOverrides overrides) {
        if (overrides == null) {
            return "";
        }
        try {
            return JSON.writeValueAsString(new Json(new TreeMap<>(overrides.extensions())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings can be written as JSON", e);
        }
    }

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    private record Json(Map<String, String> extensions) {}
}

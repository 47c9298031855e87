package dev.apiserversource.controller.apiserversource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.apiserversource.controller.api.CloudEventOverrides;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The environment of an adapter: all that it is told. Names are Knative's, save {@code JAVA_TOOL_OPTIONS} and what an adapter needs to go on where
 * another ended: {@code CHECKPOINT_NAME}, {@code LEASE_NAME}, {@code POD_NAME} and {@code POD_IP}.
 */
final class AdapterEnvironment {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private final List<EnvVar> variables = new ArrayList<>();

    private AdapterEnvironment() {}

    static List<EnvVar> of(AdapterPlan plan, AdapterTemplate template) {
        AdapterEnvironment env = new AdapterEnvironment();
        env.set("NAME", plan.source().name());
        // By reference as Knative has it: a Deployment of Knative's, taken over, may not have both a value and a
        // reference.
        env.field("NAMESPACE", "metadata.namespace");
        env.set("K_SINK", plan.sink().uri());
        env.set("K_SOURCE_CONFIG", SourceConfig.of(plan).toJson());
        env.set("K_CE_OVERRIDES", json(plan.source().spec().ceOverrides()));
        env.set("K_CA_CERTS", plan.sink().caCerts());
        env.set("K_COMPONENT", "apiserversource");
        env.set("K_RESOURCE_GROUP", "apiserversources." + groupOf(plan.source()));
        env.set("SYSTEM_NAMESPACE", template.systemNamespace());
        env.set("METRICS_DOMAIN", "knative.dev/eventing");
        env.set("CHECKPOINT_NAME", plan.source().childName());
        env.set("LEASE_NAME", plan.source().childName());
        env.field("POD_NAME", "metadata.name");
        env.field("POD_IP", "status.podIP");
        env.set("JAVA_TOOL_OPTIONS", template.javaOptions());
        return env.variables;
    }

    private void set(String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            variables.add(new EnvVar(name, value, null));
        }
    }

    private void field(String name, String path) {
        variables.add(new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewFieldRef()
                .withApiVersion("v1")
                .withFieldPath(path)
                .endFieldRef()
                .endValueFrom()
                .build());
    }

    private static String groupOf(Source source) {
        String apiVersion = source.object().getApiVersion();
        return apiVersion.substring(0, apiVersion.indexOf('/'));
    }

    private static @Nullable String json(@Nullable CloudEventOverrides overrides) {
        if (overrides == null || overrides.extensions().isEmpty()) {
            return null;
        }
        try {
            return JSON.writeValueAsString(new CloudEventOverridesJson(new TreeMap<>(overrides.extensions())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of text can be written as JSON", e);
        }
    }

    /** In the order of the names, so that the same overrides are always the same text. */
    private record CloudEventOverridesJson(TreeMap<String, String> extensions) {}
}

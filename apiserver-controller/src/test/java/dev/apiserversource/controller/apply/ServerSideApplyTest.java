package dev.apiserversource.controller.apply;

import dev.apiserversource.controller.apply.ServerSideApply.Change;
import dev.apiserversource.controller.apply.ServerSideApply.Comparison;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.config.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import org.junit.jupiter.api.Test;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

@EnableKubernetesMockClient
class ServerSideApplyTest {

    private static final String MANAGER = "apiserversource-controller";

    KubernetesClient client;

    private final List<String> calls = new ArrayList<>();

    @Test
    void equalObjectIsNotWritten() {
        ConfigMap actual = actual("1", MANAGER, "Apply");
        Comparison<ConfigMap> comparison = ServerSideApply.compare(desired("1"), context(actual));
        assertThat(comparison.isAsDesired()).isTrue();
        assertThat(comparison.apply(context(actual)).change()).isEqualTo(Change.NONE);
    }

    @Test
    void objectIsComparedOnce() {
        Context<HasMetadata> context = context(actual("1", MANAGER, "Apply"));
        ServerSideApply.compare(desired("1"), context).apply(context);
        assertThat(calls).filteredOn("getSecondaryResourcesAsStream"::equals).hasSize(1);
    }

    @Test
    void differentMissingAndKnativesObjectsAreNotAsDesired() {
        assertThat(ServerSideApply.compare(desired("2"), context(actual("1", MANAGER, "Apply")))
                        .isAsDesired())
                .isFalse();
        assertThat(ServerSideApply.compare(desired("1"), context(null)).isAsDesired())
                .isFalse();
        assertThat(ServerSideApply.compare(desired("1"), context(actual("1", "controller", "Update")))
                        .isAsDesired())
                .isFalse();
    }

    private static ConfigMap desired(String value) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: a, namespace: shop}
                data: {key: '%s'}
                """.formatted(value), ConfigMap.class);
    }

    private static ConfigMap actual(String value, String manager, String operation) {
        ConfigMap actual = desired(value);
        actual.getMetadata()
                .setManagedFields(Serialization.unmarshal("""
                        apiVersion: v1
                        kind: ConfigMap
                        metadata:
                          managedFields:
                            - {manager: %s, operation: %s, fieldsType: FieldsV1, fieldsV1: {'f:data': {'f:key': {}}}}
                        """.formatted(manager, operation), ConfigMap.class)
                        .getMetadata()
                        .getManagedFields());
        return actual;
    }

    /** A context with one object in its cache. */
    @SuppressWarnings("unchecked") // a proxy has no type parameters
    private Context<HasMetadata> context(ConfigMap cached) {
        ControllerConfiguration<?> configuration =
                proxy(ControllerConfiguration.class, method -> method.equals("fieldManager") ? MANAGER : null);
        return proxy(Context.class, method -> {
            calls.add(method);
            return switch (method) {
                case "getSecondaryResourcesAsStream" -> Stream.ofNullable(cached);
                case "getControllerConfiguration" -> configuration;
                case "getClient" -> client;
                default -> throw new UnsupportedOperationException(method);
            };
        });
    }

    private static <T> T proxy(Class<T> type, Function<String, Object> methods) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> methods.apply(method.getName())));
    }
}

package dev.apiserversource.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apiserversource.controller.Repository;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Version;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds the Java types against the CRDs, in both directions. */
class CrdShapeTest {

    private static final Path V1 = Repository.DEPLOY.resolve("crd-apiserversource.yaml");
    private static final Path CONTAINERS = Repository.DEPLOY.resolve("crd-containersource.yaml");
    private static final Path PINGS = Repository.DEPLOY.resolve("crd-pingsource.yaml");
    private static final Path BINDINGS = Repository.DEPLOY.resolve("crd-sinkbinding.yaml");
    private static final Path LEGACY = Repository.DEPLOY.resolve("legacy/crd-apiserversource.yaml");

    static Stream<Arguments> crds() {
        return Stream.of(
                Arguments.of(V1, ApiServerSource.class, ApiServerSourceSpec.class),
                Arguments.of(CONTAINERS, ContainerSource.class, ContainerSourceSpec.class),
                Arguments.of(PINGS, PingSource.class, PingSourceSpec.class),
                Arguments.of(BINDINGS, SinkBinding.class, SinkBindingSpec.class),
                Arguments.of(LEGACY, LegacyApiServerSource.class, LegacyApiServerSource.Spec.class));
    }

    @ParameterizedTest
    @MethodSource("crds")
    void javaTypesHaveExactlyTheFieldsOfTheSchema(Path file, Class<?> resource, Class<?> spec) {
        List<String> differences = new ArrayList<>();
        for (Map<String, Object> version : versions(file)) {
            Map<String, Object> properties = Repository.at(version, "schema", "openAPIV3Schema", "properties");
            compare("spec", spec, Repository.at(properties, "spec"), differences);
            compare("status", ApiServerSourceStatus.class, Repository.at(properties, "status"), differences);
        }
        if (resource == ContainerSource.class || resource == PingSource.class || resource == SinkBinding.class) {
            // Only an ApiServerSource watches namespaces.
            differences.removeIf("status.namespaces is in Java only"::equals);
        }
        assertThat(differences).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("crds")
    void javaTypeNamesTheResourceOfTheCrd(Path file, Class<? extends CustomResource<?, ?>> resource, Class<?> spec) {
        Map<String, Object> crd = Repository.objects(file).get(0);
        assertThat(CustomResource.getCRDName(resource)).isEqualTo(Repository.<String>at(crd, "metadata", "name"));
        assertThat(HasMetadata.getPlural(resource)).isEqualTo(Repository.<String>at(crd, "spec", "names", "plural"));
        assertThat(versions(file))
                .filteredOn(version -> (boolean) version.get("storage"))
                .extracting(version -> version.get("name"))
                .containsExactly(resource.getAnnotation(Version.class).value());
    }

    static Stream<Path> current() {
        return Stream.of(V1, CONTAINERS, BINDINGS);
    }

    @ParameterizedTest
    @MethodSource("current")
    void servesThreeVersionsOfOneShapeWithTheColumnsUsersKnow(Path file) {
        List<Map<String, Object>> versions = versions(file);
        assertThat(versions).extracting(version -> version.get("name")).containsExactly("v1alpha2", "v1beta1", "v1");
        assertThat(versions).allSatisfy(version -> {
            assertThat(version.get("served")).isEqualTo(true);
            assertThat(version.get("schema")).isEqualTo(versions.get(0).get("schema"));
            assertThat(Repository.<List<Map<String, Object>>>at(version, "additionalPrinterColumns"))
                    .extracting(column -> column.get("name"))
                    .containsExactly("Sink", "Age", "Ready", "Reason");
        });
    }

    static Stream<Path> described() {
        return Stream.of(V1, CONTAINERS, PINGS);
    }

    @ParameterizedTest
    @MethodSource("described")
    void everyFieldIsDescribed(Path file) {
        List<String> silent = new ArrayList<>();
        Map<String, Object> schema = Repository.at(versions(file).get(0), "schema", "openAPIV3Schema", "properties");
        schema.forEach((name, property) -> undescribed(name, property, silent));
        assertThat(silent).isEmpty();
    }

    private static void undescribed(String path, Object schema, List<String> silent) {
        Map<String, Object> fields = Repository.at(schema);
        if (!fields.containsKey("description")) {
            silent.add(path);
        }
        Map<String, Object> properties = properties(schema);
        properties.forEach((name, property) -> undescribed(path + "." + name, property, silent));
    }

    private static List<Map<String, Object>> versions(Path file) {
        return Repository.at(Repository.objects(file).get(0), "spec", "versions");
    }

    private static void compare(String path, Type type, Object schema, List<String> differences) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            assertType(path, schema, "array", differences);
            compare(path + "[]", list.getActualTypeArguments()[0], Repository.at(schema, "items"), differences);
        } else if (type instanceof Class<?> recordType && recordType.isRecord()) {
            assertType(path, schema, "object", differences);
            compareFields(path, recordType, properties(schema), differences);
        } else {
            assertType(path, schema, scalar(type), differences);
        }
    }

    private static void compareFields(
            String path, Class<?> recordType, Map<String, Object> properties, List<String> differences) {
        List<String> components = new ArrayList<>();
        for (RecordComponent component : recordType.getRecordComponents()) {
            String name = jsonName(component);
            components.add(name);
            if (properties.containsKey(name)) {
                compare(path + "." + name, component.getGenericType(), properties.get(name), differences);
            } else {
                differences.add(path + "." + name + " is in Java only");
            }
        }
        properties.keySet().stream()
                .filter(name -> !components.contains(name))
                .forEach(name -> differences.add(path + "." + name + " is in the CRD only"));
    }

    private static String jsonName(RecordComponent component) {
        return Arrays.stream(new com.fasterxml.jackson.annotation.JsonProperty[] {
                    component.getAccessor().getAnnotation(com.fasterxml.jackson.annotation.JsonProperty.class)
                })
                .filter(annotation -> annotation != null)
                .map(annotation -> annotation.value())
                .findFirst()
                .orElse(component.getName());
    }

    private static String scalar(Type type) {
        if (type == String.class || (type instanceof Class<?> value && value.isEnum())) {
            return "string";
        }
        if (type == Long.class || type == Integer.class) {
            return "integer";
        }
        if (type == Boolean.class) {
            return "boolean";
        }
        boolean tree = type == JsonNode.class
                || type == LabelSelector.class
                || type == PodTemplateSpec.class
                || (type instanceof ParameterizedType map && map.getRawType() == Map.class);
        return tree ? "object" : "unknown to this test: " + type;
    }

    private static void assertType(String path, Object schema, String expected, List<String> differences) {
        Object actual = Repository.at(schema, "type");
        if (!expected.equals(actual)) {
            differences.add(path + " is " + expected + " in Java and " + actual + " in the CRD");
        }
    }

    private static Map<String, Object> properties(Object schema) {
        Map<String, Object> properties = Repository.at(schema, "properties");
        return properties == null ? Map.of() : properties;
    }
}

package dev.apiserversource.controller.sinkbinding;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EnvironmentPatchTest {

    private static final List<EnvVar> SINK =
            List.of(new EnvVar("K_SINK", "http://sink", null), new EnvVar("K_CE_OVERRIDES", "", null));

    @Test
    void everyContainerGetsTheVariables() {
        assertPatched(
                "{template: {spec: {initContainers: [{name: i}], containers: [{name: a, env: [{name: B, value:"
                        + " b}]}]}}}",
                SINK,
                "{template: {spec: {initContainers: [{name: i, env: [{name: K_SINK, value: 'http://sink'}, {name:"
                        + " K_CE_OVERRIDES, value: ''}]}], containers: [{name: a, env: [{name: B, value: b}, {name:"
                        + " K_SINK, value: 'http://sink'}, {name: K_CE_OVERRIDES, value: ''}]}]}}}");
    }

    @Test
    void templateOfACronJobIsFound() {
        assertPatched(
                "{jobTemplate: {spec: {template: {spec: {containers: [{name: a}]}}}}}",
                List.of(new EnvVar("K_SINK", "x", null)),
                "{jobTemplate: {spec: {template: {spec: {containers: [{name: a, env: [{name: K_SINK, value:"
                        + " x}]}]}}}}}");
    }

    @Test
    void staleVariablesAreReplacedAndThoseThatAreNotDesiredAreRemoved() {
        assertPatched(
                "{template: {spec: {containers: [{name: a, env: [{name: K_CA_CERTS, value: old}, {name: B, value: b},"
                        + " {name: K_SINK, valueFrom: {fieldRef: {fieldPath: x}}}, {name: K_CE_OVERRIDES}]}]}}}",
                SINK,
                "{template: {spec: {containers: [{name: a, env: [{name: B, value: b}, {name: K_SINK, value:"
                        + " 'http://sink'}, {name: K_CE_OVERRIDES}]}]}}}");
    }

    @Test
    void removalLeavesTheOtherVariables() {
        assertPatched(
                "{template: {spec: {containers: [{name: a, env: [{name: K_SINK, value: x}, {name: B, value: b}, {name:"
                        + " K_CE_OVERRIDES}, {name: K_CA_CERTS, value: c}]}, {name: b}]}}}",
                List.of(),
                "{template: {spec: {containers: [{name: a, env: [{name: B, value: b}]}, {name: b}]}}}");
    }

    @Test
    void workloadThatIsAsDesiredIsNotPatched() {
        assertThat(EnvironmentPatch.of(
                        workload("{template: {spec: {containers: [{name: a, env: [{name: K_SINK, value: 'http://sink'},"
                                + " {name: K_CE_OVERRIDES}]}]}}}"),
                        SINK))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{template: {}}", "{template: {spec: {containers: x}}}"})
    void kindWithoutPodTemplateIsRefusedAndHasNothingToRemove(String spec) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EnvironmentPatch.of(workload(spec), SINK))
                .withMessage("Workload has no pod template");
        assertThat(EnvironmentPatch.of(workload(spec), List.of())).isEmpty();
    }

    private static void assertPatched(String before, List<EnvVar> variables, String after) {
        GenericKubernetesResource workload = workload(before);
        List<Map<String, Object>> patch = EnvironmentPatch.of(workload, variables);
        JsonNode tree = tree(workload);
        patch.forEach(operation -> apply(tree, operation));
        assertThat(tree).isEqualTo(tree(workload(after)));
    }

    /** Applies an operation as RFC 6902 defines it, for the elements of lists and the fields of objects. */
    private static void apply(JsonNode tree, Map<String, Object> operation) {
        JsonPointer path = JsonPointer.compile((String) operation.get("path"));
        JsonNode parent = tree.at(path.head());
        JsonNode value = tree(operation.get("value"));
        String last = path.last().getMatchingProperty();
        switch ((String) operation.get("op")) {
            case "remove" -> ((ArrayNode) parent).remove(Integer.parseInt(last));
            case "replace" -> ((ArrayNode) parent).set(Integer.parseInt(last), value);
            case "add" -> {
                if (parent instanceof ArrayNode list) {
                    assertThat(last).isEqualTo("-");
                    list.add(value);
                } else {
                    ((ObjectNode) parent).set(last, value);
                }
            }
            default -> throw new AssertionError(operation);
        }
    }

    private static JsonNode tree(Object object) {
        return Serialization.unmarshal(Serialization.asJson(object), JsonNode.class);
    }

    private static GenericKubernetesResource workload(String spec) {
        return Serialization.unmarshal(
                "apiVersion: example.com/v1\nkind: Workload\nmetadata: {name: a}\nspec: " + spec,
                GenericKubernetesResource.class);
    }
}

package dev.apiserversource.controller.sinkbinding;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.controller.identity.TokenVolume;
import dev.apiserversource.controller.trust.BundleVolume;
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

class PodTemplatePatchTest {

    private static final PodAdditions SINK = new PodAdditions(
            List.of(new EnvVar("K_SINK", "http://sink", null), new EnvVar("K_CE_OVERRIDES", "", null)), List.of());

    private static final PodAdditions VOLUMES = new PodAdditions(
            List.of(), List.of(BundleVolume.of(List.of("one", "two")).orElseThrow(), TokenVolume.of("token")));

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
                new PodAdditions(List.of(new EnvVar("K_SINK", "x", null)), List.of()),
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
                PodAdditions.NONE,
                "{template: {spec: {containers: [{name: a, env: [{name: B, value: b}]}, {name: b}]}}}");
    }

    private static final String WITH_VOLUMES = "{template: {spec: {volumes: [{name: own}, {name: kne-bundle-volume,"
            + " projected: {sources: [{configMap: {name: one}}, {configMap: {name: two}}]}}, {name: oidc-token,"
            + " projected: {sources: [{secret: {name: token}}]}}], containers: [{name: a, volumeMounts: [{name:"
            + " kne-bundle-volume, mountPath: /knative-custom-certs, readOnly: true}, {name: oidc-token, mountPath:"
            + " /oidc, readOnly: true}]}]}}}";

    @Test
    void everyContainerGetsTheVolumes() {
        assertPatched("{template: {spec: {volumes: [{name: own}], containers: [{name: a}]}}}", VOLUMES, WITH_VOLUMES);
    }

    @Test
    void staleVolumesAreReplaced() {
        assertPatched(
                WITH_VOLUMES
                        .replace("{configMap: {name: two}}", "{configMap: {name: old}}")
                        .replace("/oidc,", "/x,"),
                VOLUMES,
                WITH_VOLUMES);
    }

    @Test
    void removalLeavesTheOtherVolumes() {
        assertPatched(
                WITH_VOLUMES,
                PodAdditions.NONE,
                "{template: {spec: {volumes: [{name: own}], containers: [{name: a, volumeMounts: []}]}}}");
    }

    /** The API server adds a default to the volume. */
    @Test
    void volumesThatAreAsDesiredAreNotPatched() {
        assertThat(PodTemplatePatch.of(
                        workload(WITH_VOLUMES.replace("{sources:", "{defaultMode: 420, sources:")), VOLUMES))
                .isEmpty();
    }

    @Test
    void workloadThatIsAsDesiredIsNotPatched() {
        assertThat(PodTemplatePatch.of(
                        workload("{template: {spec: {containers: [{name: a, env: [{name: K_SINK, value: 'http://sink'},"
                                + " {name: K_CE_OVERRIDES}]}]}}}"),
                        SINK))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{template: {}}", "{template: {spec: {containers: x}}}"})
    void kindWithoutPodTemplateIsRefusedAndHasNothingToRemove(String spec) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PodTemplatePatch.of(workload(spec), SINK))
                .withMessage("Workload has no pod template");
        assertThat(PodTemplatePatch.of(workload(spec), PodAdditions.NONE)).isEmpty();
    }

    private static void assertPatched(String before, PodAdditions additions, String after) {
        GenericKubernetesResource workload = workload(before);
        List<Map<String, Object>> patch = PodTemplatePatch.of(workload, additions);
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

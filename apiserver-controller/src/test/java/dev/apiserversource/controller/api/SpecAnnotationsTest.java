package dev.apiserversource.controller.api;

import dev.apiserversource.controller.api.ApiServerSourceSpec.ChangeType;
import dev.apiserversource.controller.api.ApiServerSourceSpec.ChangedPart;
import dev.apiserversource.controller.api.ApiServerSourceSpec.EmitPolicy;
import dev.apiserversource.controller.api.ApiServerSourceSpec.ManagedFieldsPolicy;
import dev.apiserversource.controller.api.ApiServerSourceSpec.PreviousPolicy;
import dev.apiserversource.controller.api.ApiServerSourceSpec.RedactPolicy;
import dev.apiserversource.controller.api.ApiServerSourceSpec.WatchedResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class SpecAnnotationsTest {

    @Test
    void annotationsSetTheFieldsThatKnativeLacks() {
        ApiServerSource source = read(
                "{}",
                Map.of(
                        "apiserversource.dev/delivery",
                                "{\"retry\": 5, \"backoffPolicy\": \"linear\", \"backoffDelay\": \"PT0.5S\","
                                        + " \"timeout\": \"PT10S\", \"retryAfterMax\": \"PT0S\","
                                        + " \"deadLetterSink\": {\"uri\": \"http://dead\"}}",
                        "apiserversource.dev/initial-state", "Emit",
                        "apiserversource.dev/gaps", "Emit",
                        "apiserversource.dev/replay", "2026-01-02T03:04:05Z",
                        "apiserversource.dev/replicas", "2"));
        assertThat(source.specProblem()).isEmpty();
        assertThat(source.getSpec().replay()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(source.getSpec().delivery())
                .isEqualTo(new DeliverySpec(
                        5, "linear", "PT0.5S", "PT10S", "PT0S", new Destination(null, "http://dead", null, null)));
        assertThat(source.getSpec().initialState()).isEqualTo(EmitPolicy.EMIT);
        assertThat(source.getSpec().gaps()).isEqualTo(EmitPolicy.EMIT);
        assertThat(source.getSpec().replicas()).isEqualTo(2);
    }

    @Test
    void fieldTakesPrecedenceOverItsAnnotation() {
        ApiServerSource source = read(
                "{replicas: 3, gaps: Skip}",
                Map.of("apiserversource.dev/replicas", "2", "apiserversource.dev/gaps", "invalid"));
        assertThat(source.specProblem()).isEmpty();
        assertThat(source.getSpec().replicas()).isEqualTo(3);
        assertThat(source.getSpec().gaps()).isEqualTo(EmitPolicy.SKIP);
    }

    @Test
    void annotationsOfResourcesAreForAllOrForAKind() {
        ApiServerSource source = read(
                "{resources: [{apiVersion: v1, kind: Pod}, {apiVersion: apps/v1, kind: Deployment, changes: Status}]}",
                Map.of(
                        "apiserversource.dev/event-types", "add, delete",
                        "apiserversource.dev/managed-fields", "Omit",
                        "apiserversource.dev/redact", "None",
                        "apiserversource.dev/field-selector",
                                "{\"v1/Pod\": \"status.phase=Failed\", \"Deployment\": \"metadata.name=a\"}",
                        "apiserversource.dev/changes", "Spec",
                        "apiserversource.dev/previous", "{\"Pod\": \"Patch\"}",
                        "apiserversource.dev/redact-paths", "{\"Pod\": [\"/spec/containers/*/env\"]}"));
        assertThat(source.specProblem()).isEmpty();
        assertThat(source.getSpec().eventTypes()).containsExactly(ChangeType.ADD, ChangeType.DELETE);
        assertThat(source.getSpec().managedFields()).isEqualTo(ManagedFieldsPolicy.OMIT);
        assertThat(source.getSpec().redact()).isEqualTo(RedactPolicy.NONE);
        assertThat(source.getSpec().resources())
                .containsExactly(
                        new WatchedResource(
                                "v1",
                                "Pod",
                                null,
                                "status.phase=Failed",
                                ChangedPart.SPEC,
                                List.of("/spec/containers/*/env"),
                                PreviousPolicy.PATCH),
                        new WatchedResource(
                                "apps/v1", "Deployment", null, "metadata.name=a", ChangedPart.STATUS, null, null));
    }

    @Test
    void copyHasTheSameFields() {
        ApiServerSource source = read("{}", Map.of("apiserversource.dev/replicas", "2"));
        assertThat(Serialization.clone(source).getSpec()).isEqualTo(source.getSpec());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replicas      | many                    | must be a whole number from 1 to 10",
                "replicas      | 0                       | must be a whole number from 1 to 10",
                "replicas      | 11                      | must be a whole number from 1 to 10",
                "initial-state | emit                    | must be Emit or Skip",
                "gaps          | ''                      | must be Emit or Skip",
                "event-types    | add;delete             | must be some of add, update, delete, separated by commas",
                "event-types    | ''                     | must be some of add, update, delete, separated by commas",
                "managed-fields | Drop                   | must be Omit or Keep",
                "redact         | All                    | must be None or Secrets",
                "replay         | again and again        | must be 1 to 63 letters, digits, '.', '_', ':' or '-'",
                "replay         | ''                     | must be 1 to 63 letters, digits, '.', '_', ':' or '-'",
                "changes        | spec                   | must be Any or Spec or Status or Metadata",
                "changes        | {\"Job\": \"Spec\"}      | spec.resources has no kind Job",
                "changes        | {\"Pod\": \"All\"}       | must be Any or Spec or Status or Metadata",
                "changes        | {         | must be one value, or a JSON object with a value for each kind",
                "previous       | patch                  | must be Patch or None",
                "redact-paths   | /a                     | must be a JSON array of JSON pointers",
                "redact-paths   | [1]                    | must be a JSON array of JSON pointers",
                "delivery      | retry                   | must be a JSON object with the fields of spec.delivery",
                "delivery      | ''                      | must be a JSON object",
                "delivery      | []                      | must be a JSON object",
                "delivery      | {\"retries\": 1}        | has no field retries",
                "delivery      | {\"retry\": -1}         | retry must be at least 0",
                "delivery      | {\"retry\": \"1\"}      | retry must be a whole number",
                "delivery      | {\"backoffPolicy\": \"fast\"} | backoffPolicy must be linear or exponential",
                "delivery | {\"timeout\": \"10s\"}  | timeout must be an ISO 8601 duration from PT0.001S to 1 days",
                "delivery | {\"timeout\": \"PT0S\"} | timeout must be an ISO 8601 duration from PT0.001S to 1 days",
                "delivery | {\"backoffDelay\": \"P2D\"}"
                        + "| backoffDelay must be an ISO 8601 duration from PT0S to 1 days",
                "delivery      | {\"deadLetterSink\": {}} | deadLetterSink needs ref, uri, or both",
            })
    void invalidAnnotationIsNamedWithItsRule(String name, String value, String rule) {
        ApiServerSource source =
                read("{resources: [{apiVersion: v1, kind: Pod}]}", Map.of("apiserversource.dev/" + name, value));
        assertThat(source.specProblem()).contains("annotation apiserversource.dev/" + name + ": " + rule);
    }

    private static ApiServerSource read(String spec, Map<String, String> annotations) {
        ApiServerSource plain = new ApiServerSource();
        plain.setMetadata(new ObjectMetaBuilder()
                .withName("a")
                .withAnnotations(annotations)
                .build());
        return Serialization.unmarshal(
                Serialization.asYaml(plain).replaceAll("(?m)^spec:.*\\R(?: .*\\R)*", "") + "\nspec: " + spec,
                ApiServerSource.class);
    }
}

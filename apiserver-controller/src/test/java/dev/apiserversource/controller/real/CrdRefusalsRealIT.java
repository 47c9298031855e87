package dev.apiserversource.controller.real;

import dev.apiserversource.adapter.config.AdapterConfig;
import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The API server refuses bad input with the field and the remedy. */
@ControlPlaneTest
@ExtendWith(RealCluster.class)
class CrdRefusalsRealIT {

    private static final String EVENTS = "resources: [{apiVersion: v1, kind: Event}]";
    private static final String SINK = "sink: {uri: 'http://sink'}";

    private final Installed cluster;

    CrdRefusalsRealIT(Installed cluster) {
        this.cluster = cluster;
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal(SINK, "spec.resources: Required value"),
                refusal(SINK + ", resources: []", "spec.resources in body should have at least 1 items"),
                refusal(SINK + ", resources: [{apiVersion: v1}]", "spec.resources[0].kind: Required value"),
                refusal(SINK + ", resources: [{kind: Event}]", "spec.resources[0].apiVersion: Required value"),
                refusal(
                        SINK + ", resources: [{apiVersion: a/b/c, kind: Event}]",
                        "spec.resources[0].apiVersion: Invalid value: \"a/b/c\": must be VERSION or GROUP/VERSION"
                                + ", such as"
                                + " v1 or apps/v1"),
                refusal(
                        SINK + ", resources: [{apiVersion: v1, kind: 'my events'}]",
                        "spec.resources[0].kind: Invalid value: \"my events\": must be the kind as manifests"
                                + " write it, such"
                                + " as Event or Deployment"),
                refusal(
                        SINK + ", resources: [{apiVersion: v1, kind: Event, selector: {matchExpressions: [{key: a,"
                                + " operator: In}]}}]",
                        "spec.resources[0].selector.matchExpressions[0]: Invalid value: values: In and NotIn need at"
                                + " least one value, Exists and DoesNotExist take none"),
                refusal(
                        SINK + ", " + EVENTS + ", namespaceSelector: {matchExpressions: [{key: a, operator: Exists,"
                                + " values: [b]}]}",
                        "spec.namespaceSelector.matchExpressions[0]: Invalid value: values: In and NotIn need"),
                refusal(
                        SINK + ", " + EVENTS + ", namespaceSelector: {matchExpressions: [{key: a, operator: Gt}]}",
                        "Unsupported value: \"Gt\": supported values: \"In\", \"NotIn\", \"Exists\","
                                + " \"DoesNotExist\""),
                refusal(
                        SINK + ", " + EVENTS + ", mode: Everything",
                        "spec.mode: Unsupported value: \"Everything\": supported values: \"Reference\","
                                + " \"Resource\""),
                refusal(
                        SINK + ", " + EVENTS + ", serviceAccountName: 'a b'",
                        "spec.serviceAccountName: Invalid value: \"a b\": must be the name of a ServiceAccount in"
                                + " the namespace"
                                + " of the source"),
                refusal(EVENTS, "spec.sink: Required value"),
                refusal(
                        EVENTS + ", sink: {}",
                        "spec.sink: Invalid value: give ref (an object that has an address) or uri (an absolute"
                                + " URL)"),
                refusal(
                        EVENTS + ", sink: {uri: /path}",
                        "spec.sink: Invalid value: uri: without ref it must be an absolute URL, such as"
                                + " http://host/path;"
                                + " add ref to make it a path below an object's address"),
                refusal(EVENTS + ", sink: {uri: 'ftp://host'}", "uri: without ref it must be an absolute URL"),
                refusal(
                        EVENTS + ", sink: {uri: 'http://host', ref: {apiVersion: v1, kind: Service, name: a}}",
                        "spec.sink: Invalid value: uri: with ref it must be a path, such as /events; leave ref"
                                + " out to use"
                                + " an absolute URL"),
                refusal(
                        EVENTS + ", sink: {ref: {apiVersion: v1, kind: Service}}",
                        "spec.sink.ref.name: Required value"),
                refusal(
                        EVENTS + ", sink: {uri: 'https://host', CACerts: nonsense}",
                        "spec.sink: Invalid value: CACerts: must be certificates in PEM form, beginning with"
                                + " -----BEGIN"
                                + " CERTIFICATE-----"),
                refusal(
                        SINK + ", " + EVENTS + ", ceOverrides: {extensions: {My-Name: a}}",
                        "spec.ceOverrides.extensions: Invalid value: names must be 1 to 64 lower-case letters and"
                                + " digits,"
                                + " as CloudEvents demands"),
                refusal(
                        SINK + ", " + EVENTS + ", ceOverrides: {extensions: {specversion: '2'}}",
                        "spec.ceOverrides.extensions: Invalid value: specversion and data cannot be replaced; remove"
                                + " them"),
                refusal(
                        SINK + ", " + EVENTS + ", filters: [{exact: {a: b}, prefix: {a: b}}]",
                        "spec.filters[0]: Invalid value: give exactly one of exact, prefix, suffix, all, any, not"
                                + ", cesql;"
                                + " use all to combine several"),
                refusal(
                        SINK + ", " + EVENTS + ", filters: [{}]",
                        "spec.filters[0]: Invalid value: give exactly one of"),
                refusal(
                        SINK + ", " + EVENTS + ", filters: [{exact: {A: b}}]",
                        "spec.filters[0].exact: Invalid value: names of attributes are lower-case letters and digits"
                                + " and begin with a letter"),
                refusal(
                        SINK + ", " + EVENTS + ", filters: [{prefix: {a: ''}}]",
                        "spec.filters[0].prefix.a in body should be at least 1 chars long"),
                refusal(
                        SINK + ", " + EVENTS + ", filters: [{any: [{exact: {a: b}, suffix: {a: b}}]}]",
                        "spec.filters[0].any[0]: Too many: 2: must have at most 1 item"),
                refusal(
                        SINK + ", " + EVENTS + ", filters: [{not: {exact: {a: 1}}}]",
                        "spec.filters[0].not.exact.a: Invalid value: \"integer\""),
                refusal(
                        SINK + ", " + EVENTS + ", eventTypes: []",
                        "spec.eventTypes in body should have at least 1 items"),
                refusal(
                        SINK + ", " + EVENTS + ", eventTypes: [added]",
                        "spec.eventTypes[0]: Unsupported value: \"added\": supported values: \"add\", \"update\","
                                + " \"delete\""),
                refusal(
                        SINK + ", " + EVENTS + ", managedFields: Drop",
                        "spec.managedFields: Unsupported value: \"Drop\": supported values: \"Omit\", \"Keep\""),
                refusal(
                        SINK + ", " + EVENTS + ", redact: All",
                        "spec.redact: Unsupported value: \"All\": supported values: \"Secrets\", \"None\""),
                refusal(
                        SINK + ", " + EVENTS + ", replay: again and again",
                        "spec.replay: Invalid value: \"again and again\": must be 1 to 63 letters, digits, '.', '_',"
                                + " ':' or '-'"),
                refusal(
                        SINK + ", " + EVENTS + ", replay: again, eventTypes: [update]",
                        "replay: sends adds, which eventTypes leaves out; name add there, or remove replay"),
                refusal(
                        SINK + ", resources: [{apiVersion: v1, kind: Pod, fieldSelector: 'status.phase in (a)'}]",
                        "spec.resources[0].fieldSelector: Invalid value: \"status.phase in (a)\": must be a field"
                                + " selector such as status.phase=Running,spec.nodeName!=node-1"),
                refusal(
                        SINK + ", resources: [{apiVersion: v1, kind: Pod, fieldSelector: 'a=b,'}]",
                        "spec.resources[0].fieldSelector: Invalid value: \"a=b,\": must be a field selector"),
                refusal(
                        SINK + ", resources: [{apiVersion: v1, kind: Pod, changes: spec}]",
                        "spec.resources[0].changes: Unsupported value: \"spec\": supported values: \"Any\", \"Spec\","
                                + " \"Status\", \"Metadata\""),
                refusal(
                        SINK + ", mode: Resource, resources: [{apiVersion: v1, kind: Pod, previous: patch}]",
                        "spec.resources[0].previous: Unsupported value: \"patch\": supported values: \"None\","
                                + " \"Patch\""),
                refusal(
                        SINK + ", resources: [{apiVersion: v1, kind: Pod, previous: Patch}]",
                        "spec: Invalid value: resources: previous needs whole objects; set mode to Resource"),
                refusal(
                        SINK + ", resources: [{apiVersion: v1, kind: Pod, redactPaths: [spec/password]}]",
                        "spec.resources[0].redactPaths[0]: Invalid value: \"spec/password\": must be a JSON pointer"
                                + " below apiVersion, kind and metadata, such as /spec/password"),
                refusal(
                        SINK + ", resources: [{apiVersion: v1, kind: Pod, redactPaths: [/kind]}]",
                        "spec.resources[0].redactPaths[0]: Invalid value: \"/kind\": must be a JSON pointer"),
                refusal(
                        SINK + ", " + EVENTS + ", delivery: {backoffDelay: 5s}",
                        "spec.delivery.backoffDelay: Invalid value: \"5s\": must be an ISO 8601 duration of at"
                                + " most a day"
                                + " (P1D), such as PT0.5S or PT2M"),
                refusal(SINK + ", " + EVENTS + ", delivery: {timeout: P1DT}", "spec.delivery.timeout: Invalid value"),
                refusal(
                        SINK + ", " + EVENTS + ", delivery: {timeout: PT0S}",
                        "spec.delivery.timeout: Invalid value: \"PT0S\": must be an ISO 8601 duration from"
                                + " PT0.001S to a day"
                                + " (P1D), such as PT10S or PT2M"),
                refusal(
                        SINK + ", " + EVENTS + ", delivery: {retryAfterMax: P366D}",
                        "spec.delivery.retryAfterMax: Invalid value: \"P366D\": must be an ISO 8601 duration of"
                                + " at most 365"
                                + " days (P365D), such as PT5M; PT0S honours none"),
                refusal(
                        SINK + ", " + EVENTS + ", delivery: {retryAfterMax: PT}",
                        "spec.delivery.retryAfterMax: Invalid"),
                refusal(SINK + ", " + EVENTS + ", delivery: {retry: -1}", "should be greater than or equal to 0"),
                refusal(
                        SINK + ", " + EVENTS + ", delivery: {backoffPolicy: random}",
                        "spec.delivery.backoffPolicy: Unsupported value: \"random\": supported values: \"linear\","
                                + " \"exponential\""),
                refusal(
                        SINK + ", " + EVENTS + ", delivery: {deadLetterSink: {}}",
                        "spec.delivery.deadLetterSink: Invalid value: give ref (an object that has an address) or"
                                + " uri"),
                refusal(
                        SINK + ", " + EVENTS + ", initialState: Always",
                        "spec.initialState: Unsupported value: \"Always\": supported values: \"Emit\", \"Skip\""),
                refusal(
                        SINK + ", " + EVENTS + ", gaps: true",
                        "spec.gaps: Invalid value: \"boolean\": spec.gaps in body must be of type string"),
                refusal(
                        SINK + ", " + EVENTS + ", gaps: Report",
                        "spec.gaps: Unsupported value: \"Report\": supported values: \"Emit\", \"Skip\""),
                refusal(
                        SINK + ", " + EVENTS + ", replicas: 0",
                        "spec.replicas in body should be greater than or equal to 1"),
                refusal(
                        SINK + ", " + EVENTS + ", replicas: 11",
                        "spec.replicas in body should be less than or equal to 10"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void badInputIsRefusedWithFieldAndRemedy(String spec, String message) {
        for (String version : List.of("v1", "v1beta1", "v1alpha2")) {
            assertRefused("sources.knative.dev/" + version, "bad", spec, message);
        }
    }

    static Stream<Arguments> durationsThatTheAdapterTakes() {
        return Stream.of(
                        each("backoffDelay", "PT0S", "P1D", "PT24H", "PT1440M", "PT86400S", "PT23H59M60S", "P0DT24H"),
                        each("backoffDelay", "PT000000000001S", "PT0.000000001S"),
                        each("timeout", "PT0.001S", "PT1S", "PT30S", "P1D", "PT23H60M"),
                        each("retryAfterMax", "PT0S", "PT5M", "P365D", "PT8760H", "P364DT24H", "PT525600M"),
                        each("retryAfterMax", "PT31536000S"))
                .flatMap(Function.identity());
    }

    @ParameterizedTest
    @MethodSource("durationsThatTheAdapterTakes")
    void durationThatTheAdapterTakesIsTaken(String field, String duration) {
        assertThatCode(() -> adapterReads(field, duration)).doesNotThrowAnyException();
        assertThatCode(() -> create("sources.knative.dev/v1", "good", delivery(field, duration)))
                .doesNotThrowAnyException();
    }

    static Stream<Arguments> durationsThatTheAdapterRefuses() {
        return Stream.of(
                        each("backoffDelay", "PT24H0.001S", "P1DT1S", "P2D", "PT86401S", "PT1441M"),
                        each("backoffDelay", "P99999999999999999999D", "PT99999999999999999999S", "PT0.0000000001S"),
                        each("timeout", "PT0S", "P0D", "PT0.0009S", "PT24H1S", "P1DT0.000000001S", "P400D"),
                        each("retryAfterMax", "P366D", "P365DT1S", "PT8760H1M", "PT31536001S"))
                .flatMap(Function.identity());
    }

    @ParameterizedTest
    @MethodSource("durationsThatTheAdapterRefuses")
    void durationThatTheAdapterRefusesIsRefused(String field, String duration) {
        assertThatExceptionOfType(InvalidConfigException.class).isThrownBy(() -> adapterReads(field, duration));
        assertRefused(
                "sources.knative.dev/v1",
                "bad",
                delivery(field, duration),
                "spec.delivery." + field + ": Invalid value: \"" + duration + "\": must be an ISO 8601 duration");
    }

    private static Stream<Arguments> each(String field, String... durations) {
        return Arrays.stream(durations).map(duration -> Arguments.of(field, duration));
    }

    private static String delivery(String field, String duration) {
        return SINK + ", " + EVENTS + ", delivery: {" + field + ": " + duration + "}";
    }

    private static void adapterReads(String field, String duration) throws InvalidConfigException {
        AdapterConfig.from(Map.of(
                "K_SINK", "http://sink",
                "NAME", "name",
                "NAMESPACE", "default",
                "K_SOURCE_CONFIG",
                        "{\"allNamespaces\":true,\"resources\":[{\"gvr\":{\"Version\":\"v1\""
                                + ",\"Resource\":\"events\"}}],"
                                + "\"delivery\":{\"" + field + "\":\"" + duration + "\"}}"));
    }

    static Stream<Arguments> legacyRefusals() {
        String sink = "sink: {apiVersion: v1, kind: Service, name: a}";
        return Stream.of(
                refusal(sink, "spec.resources: Required value"),
                refusal(EVENTS, "spec.sink: Required value"),
                refusal(
                        EVENTS + ", sink: {apiVersion: v1, kind: Service}",
                        "spec.sink: Invalid value: give apiVersion, kind and name of an object, the same in ref, or"
                                + " uri (an absolute URL)"),
                refusal(
                        EVENTS + ", mode: All, " + sink,
                        "spec.mode: Unsupported value: \"All\": supported values: \"Ref\", \"Reference\","
                                + " \"Resource\""),
                refusal(
                        "resources: [{apiVersion: v1, kind: Event, controller: true}], " + sink,
                        "spec.resources[0].controller: Invalid value: true: is not supported: remove it, and name the"
                                + " owner's kind in spec.owner"));
    }

    @ParameterizedTest
    @MethodSource("legacyRefusals")
    void badLegacyInputIsRefusedWithFieldAndRemedy(String spec, String message) {
        assertRefused("sources.eventing.knative.dev/v1alpha1", "bad", spec, message);
    }

    @Test
    void aNameThatIsTooLongForALabelIsRefused() {
        assertRefused(
                "sources.knative.dev/v1",
                "a".repeat(64),
                SINK + ", " + EVENTS,
                "metadata.name: at most 63 characters, because it becomes a label of the adapter; choose a"
                        + " shorter name");
    }

    static List<Path> samples() {
        return Repository.yamls(Repository.SAMPLES);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everySampleIsTaken(Path sample) {
        String source = Repository.documents(sample).get(0);
        GenericKubernetesResource taken = cluster.admin()
                .resource(Serialization.unmarshal(source, GenericKubernetesResource.class))
                .dryRun(true)
                .create();
        assertThat(taken.getMetadata().getUid()).isNotEmpty();
    }

    @Test
    void defaultsAreFilledIn() {
        GenericKubernetesResource taken = create("sources.knative.dev/v1", "plain", SINK + ", " + EVENTS);
        assertThat(taken.<Map<String, Object>>get("spec"))
                .containsEntry("mode", "Reference")
                .containsEntry("serviceAccountName", "default")
                .doesNotContainKeys("initialState", "gaps", "replicas");
    }

    private void assertRefused(String apiVersion, String name, String spec, String message) {
        assertThatExceptionOfType(KubernetesClientException.class)
                .as(spec)
                .isThrownBy(() -> create(apiVersion, name, spec))
                .satisfies(
                        refusal -> assertThat(refusal.getStatus().getMessage()).contains(message));
    }

    private GenericKubernetesResource create(String apiVersion, String name, String spec) {
        return cluster.admin()
                .resource(source(apiVersion, name, spec))
                .dryRun(true)
                .create();
    }

    private static GenericKubernetesResource source(String apiVersion, String name, String spec) {
        return Serialization.unmarshal(
                "apiVersion: " + apiVersion + "\nkind: ApiServerSource\nmetadata: {name: " + name
                        + ", namespace: default}\nspec: {" + spec + "}",
                GenericKubernetesResource.class);
    }

    private static Arguments refusal(String spec, String message) {
        return Arguments.of(spec, message);
    }
}

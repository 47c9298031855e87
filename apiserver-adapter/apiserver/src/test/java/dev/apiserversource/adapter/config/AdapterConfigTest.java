package dev.apiserversource.adapter.config;

import dev.apiserversource.adapter.event.EventMode;
import dev.apiserversource.adapter.event.OwnerFilter;
import dev.apiserversource.adapter.filter.AttributeFilter;
import dev.apiserversource.adapter.filter.EventFilter;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ChangedPart;
import dev.apiserversource.adapter.model.DataPolicy;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.ObjectOptions;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.frame.config.FrameConfig;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.delivery.DeliverySettings;
import dev.apiserversource.frame.delivery.RetrySettings;
import dev.apiserversource.frame.delivery.SinkAddress;
import dev.apiserversource.frame.leader.LeaseSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class AdapterConfigTest {

    private static final String EVENTS = "{\"gvr\":{\"Group\":\"\",\"Version\":\"v1\",\"Resource\":\"events\"}}";

    private final Map<String, String> environment = new HashMap<>(Map.of(
            "K_SINK", "http://display.default.svc.cluster.local",
            "K_SOURCE_CONFIG", source(""),
            "NAME", "my-source",
            "NAMESPACE", "my-namespace",
            "CHECKPOINT_NAME", "",
            "LEASE_NAME", ""));

    private static String source(String more) {
        return "{\"namespaces\":[\"default\"],\"allNamespaces\":false,\"resources\":[" + EVENTS + "]" + more + "}";
    }

    private AdapterConfig config() throws InvalidConfigException {
        return AdapterConfig.from(environment);
    }

    private List<String> errors() {
        InvalidConfigException refused =
                catchThrowableOfType(InvalidConfigException.class, () -> AdapterConfig.from(environment));
        assertThat(refused).as("refused").isNotNull();
        return refused.errors();
    }

    @Test
    void withoutCheckpointAndLeaseEverythingElseHasADefault() throws InvalidConfigException {
        DeliverySettings delivery = DeliverySettings.defaults(
                SinkAddress.of(URI.create("http://display.default.svc.cluster.local")), "my-namespace");
        assertThat(config())
                .isEqualTo(new AdapterConfig(
                        new FrameConfig(
                                "my-source",
                                "my-namespace",
                                delivery,
                                Map.of(),
                                Optional.empty(),
                                new FrameConfig.ProcessConfig(Duration.ofSeconds(20), 8080, 9092)),
                        new SourceConfig(
                                new Selection(
                                        List.of(new RequestedResource("", "v1", "events", "")),
                                        List.of("default"),
                                        false,
                                        true,
                                        EmitPolicy.SKIP),
                                EventMode.REFERENCE,
                                SourceConfig.Filters.NONE,
                                EmitPolicy.SKIP,
                                Optional.empty(),
                                false),
                        Optional.empty(),
                        Duration.ofMinutes(5),
                        16 * 1024 * 1024));
    }

    @Test
    void aLeaseHasTheIdentityOfThePodAndADuration() throws InvalidConfigException {
        environment.putAll(Map.of("LEASE_NAME", "my-lease", "POD_NAME", "pod-1"));
        assertThat(config().frame().lease())
                .contains(new LeaseSettings("my-namespace", "my-lease", "pod-1", Duration.ofSeconds(15)));
        environment.put("LEASE_DURATION", "30");

        assertThat(config().frame().lease())
                .contains(new LeaseSettings("my-namespace", "my-lease", "pod-1", Duration.ofSeconds(30)));
    }

    @Test
    void withoutAPodNameEachProcessHasAnIdentityOfItsOwn() throws InvalidConfigException {
        environment.put("LEASE_NAME", "my-lease");
        String first = config().frame().lease().orElseThrow().identity();
        String second = config().frame().lease().orElseThrow().identity();

        assertThat(first).startsWith("my-source-").isNotEqualTo(second);
        assertThat(second).startsWith("my-source-");
    }

    /** Knative's controller does not pass the name of the pod on. */
    @Test
    void inAPodTheHostNameIsTheIdentity() throws InvalidConfigException {
        environment.putAll(Map.of("LEASE_NAME", "my-lease", "HOSTNAME", "pod-1"));
        assertThat(config().frame().lease().orElseThrow().identity()).startsWith("my-source-");
        environment.put("KUBERNETES_SERVICE_HOST", "10.96.0.1");
        assertThat(config().frame().lease().orElseThrow().identity()).isEqualTo("pod-1");
        environment.put("POD_NAME", "pod-2");
        assertThat(config().frame().lease().orElseThrow().identity()).isEqualTo("pod-2");
    }

    @Test
    void checkpointAndLeaseThatAreNotNamedAreDerivedAndOptional() throws InvalidConfigException {
        environment.keySet().removeAll(List.of("CHECKPOINT_NAME", "LEASE_NAME"));
        environment.put("POD_NAME", "pod-1");

        assertThat(config().checkpoint())
                .contains(new AdapterConfig.Checkpoint("apiserversource-my-source-checkpoint", false));
        assertThat(config().frame().lease())
                .contains(new LeaseSettings(
                        "my-namespace", "apiserversource-my-source-lease", "pod-1", Duration.ofSeconds(15), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"my source", "My_Source", "a/b", "-a", "a-"})
    void nothingIsDerivedFromANameThatNoSourceHas(String name) throws InvalidConfigException {
        environment.keySet().removeAll(List.of("CHECKPOINT_NAME", "LEASE_NAME"));
        environment.put("NAME", name);

        assertThat(config().checkpoint()).isEmpty();
        assertThat(config().frame().lease()).isEmpty();
    }

    @Test
    void aPodNameWithoutALeaseIsIgnored() throws InvalidConfigException {
        environment.put("POD_NAME", "pod-1");

        assertThat(config().frame().lease()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "301", "15s"})
    void refusesALeaseDurationOutOfRange(String duration) {
        environment.putAll(Map.of("LEASE_NAME", "my-lease", "LEASE_DURATION", duration));

        assertThat(errors()).singleElement().asString().contains("LEASE_DURATION", "from 3 to 300");
    }

    @Test
    void readsEveryVariable() throws InvalidConfigException {
        environment.putAll(Map.ofEntries(
                Map.entry("K_SINK", "https://sink:8443/a?b=c"),
                Map.entry("K_SINK_TIMEOUT", "7"),
                Map.entry("K_CE_OVERRIDES", "{\"extensions\":{\"env\":\"prod\"}}"),
                Map.entry("ADAPTER_MAX_IN_FLIGHT", "1"),
                Map.entry("ADAPTER_MAX_PENDING_EVENTS", "2"),
                Map.entry("ADAPTER_MAX_PENDING_BYTES", "3"),
                Map.entry("ADAPTER_MAX_PREVIOUS_BYTES", "6"),
                Map.entry("ADAPTER_WATCH_TIMEOUT", "4"),
                Map.entry("ADAPTER_DRAIN_TIMEOUT", "5"),
                Map.entry("PROBES_PORT", "0"),
                Map.entry("METRICS_PORT", "65535")));

        AdapterConfig config = config();

        assertThat(config.frame().delivery())
                .isEqualTo(new DeliverySettings(
                        SinkAddress.of(URI.create("https://sink:8443/a?b=c")),
                        Optional.empty(),
                        RetrySettings.defaults(),
                        "my-namespace",
                        Duration.ofSeconds(7),
                        new DeliverySettings.Limits(1, 2, 3)));
        assertThat(config.frame().overrides()).isEqualTo(Map.of("env", "prod"));
        assertThat(config.watchTimeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.maxPreviousBytes()).isEqualTo(6);
        assertThat(config.frame().process().drainTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.frame().process().probesPort()).isZero();
        assertThat(config.frame().process().metricsPort()).isEqualTo(65_535);
    }

    /** Every field as Knative's controller writes it. */
    @Test
    void readsTheConfigOfKnativesController() throws InvalidConfigException {
        environment.put("K_SOURCE_CONFIG", """
                {"namespaces":["ns1","ns2"],"allNamespaces":false,"resources":[\
                {"gvr":{"Group":"","Version":"v1","Resource":"events"}},\
                {"gvr":{"Group":"apps","Version":"v1","Resource":"deployments"},"selector":"app=web,tier in (a,b)"}],\
                "owner":{"apiVersion":"apps/v1","kind":"Deployment"},\
                "mode":"Resource","failFast":true,"disableCache":true}""");

        AdapterConfig config = config();

        assertThat(config.source().selection())
                .isEqualTo(new Selection(
                        List.of(
                                new RequestedResource("", "v1", "events", ""),
                                new RequestedResource("apps", "v1", "deployments", "app=web,tier in (a,b)")),
                        List.of("ns1", "ns2"),
                        false,
                        false,
                        EmitPolicy.SKIP));
        assertThat(config.source().mode()).isEqualTo(EventMode.RESOURCE);
        assertThat(config.source().filters().owner()).contains(new OwnerFilter("apps/v1", "Deployment"));
        assertThat(config.source().failFast()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"namespaces\":[\"\"],\"allNamespaces\":true,\"resources\":[%s]}",
                "{\"namespaces\":[\"\"],\"resources\":[%s]}",
                "{\"namespaces\":null,\"allNamespaces\":true,\"resources\":[%s]}",
                "{\"allNamespaces\":true,\"resources\":[%s]}"
            })
    void allNamespacesHasSeveralForms(String form) throws InvalidConfigException {
        environment.put("K_SOURCE_CONFIG", form.formatted(EVENTS));

        assertThat(config().source().selection().allNamespaces()).isTrue();
    }

    /** Knative's controller writes it while a namespace selector matches nothing. */
    @Test
    void anEmptyListOfNamespacesIsValid() throws InvalidConfigException {
        environment.put(
                "K_SOURCE_CONFIG", "{\"namespaces\":[],\"allNamespaces\":false,\"resources\":[" + EVENTS + "]}");

        assertThat(config().source().selection().namespaces()).isEmpty();
        assertThat(config().source().selection().allNamespaces()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"'', Deployment", "apps/v1, ''", "apps/v1, Deployment"})
    void anOwnerNeedsOnlyOneOfItsFields(String apiVersion, String kind) throws InvalidConfigException {
        String owner = ",\"owner\":{\"apiVersion\":\"%s\",\"kind\":\"%s\"}".formatted(apiVersion, kind);
        environment.put("K_SOURCE_CONFIG", source(owner));

        assertThat(config().source().filters().owner()).contains(new OwnerFilter(apiVersion, kind));
    }

    @ParameterizedTest
    @ValueSource(strings = {",\"owner\":{}", ",\"owner\":null", ",\"owner\":{\"apiVersion\":\"\",\"kind\":\"\"}"})
    void anEmptyOwnerIsIgnored(String owner) throws InvalidConfigException {
        environment.put("K_SOURCE_CONFIG", source(owner));

        assertThat(config().source().filters().owner()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Group, Version, Resource", "group, version, resource", "GROUP, VERSION, RESOURCE"})
    void readsTheGvrInAnyCase(String group, String version, String resource) throws InvalidConfigException {
        environment.put(
                "K_SOURCE_CONFIG",
                "{\"allNamespaces\":true,\"resources\":[{\"gvr\":{\"%s\":\"g\",\"%s\":\"v\",\"%s\":\"r\"}}]}"
                        .formatted(group, version, resource));

        assertThat(config().source().selection().resources()).containsExactly(new RequestedResource("g", "v", "r", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "K_LOGGING_CONFIG | {\"zap-logger-config\":\"{}\"}",
                "K_LOGGING_CONFIG | not json",
                "K_OBSERVABILITY_CONFIG | {\"metrics-protocol\":\"prometheus\"}",
                "K_LEADER_ELECTION_CONFIG | {}",
                "K_KLOG_VERBOSITY | loud",
                "K_COMPONENT | apiserversource",
                "K_RESOURCE_GROUP | x",
                "SYSTEM_NAMESPACE | knative-eventing",
                "METRICS_DOMAIN | knative.dev/eventing",
                "K_OIDC_SERVICE_ACCOUNT | sa",
                "K_CA_CERTS | ''",
                "K_AUDIENCE | ''",
                "K_CE_OVERRIDES | ''",
                "K_CE_OVERRIDES | null",
                "K_CE_OVERRIDES | {\"extensions\":null}",
                "K_CE_OVERRIDES | {\"extensions\":{\"team\":\"\"}}",
                "K_CE_OVERRIDES | {\"extensions\":{\"id\":\"x\"}}",
                "K_LOGGING_CONFIG | ''",
                "K_OBSERVABILITY_CONFIG | not json",
                "K_OBSERVABILITY_CONFIG | ''",
                "K_LEADER_ELECTION_CONFIG | not json",
                "K_KLOG_VERBOSITY | 2",
                "K_OIDC_SERVICE_ACCOUNT | ''",
                "K_SINK_TIMEOUT | ''"
            })
    void ignoresOtherVariablesOfKnative(String name, String value) throws InvalidConfigException {
        AdapterConfig without = config();
        environment.put(name, value);

        assertThat(config()).isEqualTo(without);
    }

    /** The variables that Knative 1.22 sets, optional ones included, and no other. */
    @Test
    void startsWithTheEnvironmentThatKnativesControllerSets() throws InvalidConfigException {
        environment.clear();
        environment.putAll(Map.of(
                "K_SINK", "http://broker-ingress.knative-eventing.svc.cluster.local/shop/default",
                "K_SOURCE_CONFIG", source(",\"filters\":[],\"failFast\":false"),
                "SYSTEM_NAMESPACE", "knative-eventing",
                "NAMESPACE", "shop",
                "NAME", "events",
                "METRICS_DOMAIN", "knative.dev/eventing",
                "K_AUDIENCE", "mt-broker-ingress",
                "K_OIDC_SERVICE_ACCOUNT", "events-oidc"));
        environment.putAll(Map.of(
                "K_LOGGING_CONFIG", "{\"zap-logger-config\":\"{\\\"level\\\":\\\"info\\\"}\"}",
                "K_OBSERVABILITY_CONFIG", "{\"metrics-protocol\":\"prometheus\"}",
                "K_CE_OVERRIDES", "{\"extensions\":{\"team\":\"a\"}}"));

        AdapterConfig config = config();

        assertThat(config.frame().name()).isEqualTo("events");
        assertThat(config.frame().overrides()).containsEntry("team", "a");
        assertThat(config.frame().lease()).isPresent();
        assertThat(config.checkpoint()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "K_SINK, set it to the URL that events are POSTed to",
        "K_SOURCE_CONFIG, 'set it to what to watch, as JSON'",
        "NAME, set it to the name of the source",
        "NAMESPACE, set it to the namespace of the source"
    })
    void reportsAMissingVariableWithARemedy(String name, String remedy) {
        environment.put(name, "  ");
        assertThat(errors()).containsExactly(name + ": is not set; " + remedy);
        environment.remove(name);
        assertThat(errors()).containsExactly(name + ": is not set; " + remedy);
    }

    @ParameterizedTest
    @CsvSource({
        "ADAPTER_WATCH_TIMEOUT, 1, 86400, 300",
        "ADAPTER_DRAIN_TIMEOUT, 1, 86400, 20",
        "ADAPTER_MAX_IN_FLIGHT, 1, 10000, 100",
        "ADAPTER_MAX_PENDING_EVENTS, 1, 1000000, 1000",
        "ADAPTER_MAX_PENDING_BYTES, 1, 2147483647, 16777216",
        "ADAPTER_MAX_PREVIOUS_BYTES, 0, 2147483647, 16777216",
        "PROBES_PORT, 0, 65535, 8080",
        "METRICS_PORT, 0, 65535, 9092"
    })
    void reportsANumberOutOfRangeWithItsRange(String name, long least, long most, String byDefault)
            throws InvalidConfigException {
        for (String fits : List.of(Long.toString(least), Long.toString(most))) {
            environment.put(name, fits);
            assertThat(config()).isNotNull();
        }
        for (String wrong : List.of(Long.toString(least - 1), Long.toString(most + 1), "many", "1.5", "1e3")) {
            environment.put(name, wrong);
            assertThat(errors())
                    .singleElement()
                    .asString()
                    .startsWith(name + ": '" + wrong + "' cannot be used; set it to a whole number from " + least
                            + " to " + most)
                    .contains("or leave it out for ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"display", "/path", "ftp://host", "http://", "http:///path", "http://a b", "mailto:a@b"})
    void refusesASinkThatIsNoUrl(String sink) {
        environment.put("K_SINK", sink);

        assertThat(errors())
                .containsExactly("K_SINK: '" + sink
                        + "' is not an absolute http or https URL; write it like "
                        + "http://event-display.default.svc.cluster.local");
    }

    /** The sink may correct them, and the controller then restarts the adapter. */
    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"})
    void ignoresInvalidCertificates(String pem) throws InvalidConfigException {
        environment.put("K_CA_CERTS", pem);

        assertThat(config().frame().delivery().sink().caCerts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "http://sink/?a=b|c http://sink/?a=b%7Cc",
                "http://sink?q={x} http://sink?q=%7Bx%7D",
                "http://sink/a%zz http://sink/a%25zz",
                "http://sink/a%20b http://sink/a%20b",
                "http://sink/ä http://sink/ä"
            })
    void encodesWhatAUrlOfGoMayContain(String text, String url) throws InvalidConfigException {
        environment.put("K_SINK", text);

        assertThat(config().frame().delivery().sink().url()).hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0", "-30"})
    void aTimeoutBelowOneSecondIsTheDefault(String seconds) throws InvalidConfigException {
        environment.put("K_SINK_TIMEOUT", seconds);

        assertThat(config().frame().delivery().timeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense | K_SOURCE_CONFIG: is not JSON: ",
                "[] | K_SOURCE_CONFIG: is not a JSON object; ",
                "7 | K_SOURCE_CONFIG: is not a JSON object; ",
                "{\"allNamespaces\":true} | K_SOURCE_CONFIG.resources: names nothing to watch; give it as ",
                "{\"allNamespaces\":true,\"resources\":[]} | K_SOURCE_CONFIG.resources: names nothing to watch; ",
                "{\"allNamespaces\":true,\"resources\":[{\"gvr\":{\"Version\":\"v1\"}}]} | "
                        + "K_SOURCE_CONFIG.resources[0].gvr: lacks Version or Resource; give it as ",
                "{\"allNamespaces\":true,\"resources\":[{}]} | K_SOURCE_CONFIG.resources[0].gvr: lacks Version or "
                        + "Resource; ",
                "{\"resources\":[{\"gvr\":{\"Version\":\"v1\",\"Resource\":\"pods\"}}]} | "
                        + "K_SOURCE_CONFIG.namespaces: is missing; name at least one, or set allNamespaces to true",
                "{\"allNamespaces\":true,\"mode\":\"resource\",\"resources\":[{\"gvr\":{\"Version\":\"v1\","
                        + "\"Resource\":\"pods\"}}]} | K_SOURCE_CONFIG.mode: 'resource' is no mode; write "
                        + "Reference or Resource"
            })
    void refusesAnInvalidSourceConfig(String text, String error) {
        environment.put("K_SOURCE_CONFIG", text);

        assertThat(errors()).singleElement().asString().startsWith(error);
    }

    @Test
    void watchesADuplicateResourceOnce() throws InvalidConfigException {
        environment.put("K_SOURCE_CONFIG", "{\"allNamespaces\":true,\"resources\":[" + EVENTS + "," + EVENTS + "]}");

        assertThat(AdapterConfig.from(environment).source().selection().resources())
                .hasSize(1);
    }

    @Test
    void startsWithAnAudience() throws InvalidConfigException {
        environment.putAll(Map.of("K_AUDIENCE", "my-sink", "K_OIDC_SERVICE_ACCOUNT", "my-source-oidc"));

        assertThat(config().frame().delivery().sink().identity())
                .hasValueSatisfying(identity -> assertThat(identity.audience()).isEqualTo("my-sink"));
    }

    @Test
    void startsWithAnAudienceAndNoServiceAccount() throws InvalidConfigException {
        environment.put("K_AUDIENCE", "my-sink");

        assertThat(config().frame().delivery().sink().identity()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'', false", "'\"Skip\"', false", "'\"\"', false", "null, false", "'\"Emit\"', true"})
    void initialStateAndGapsAreEmittedOnRequestOnly(String value, boolean emitted) throws InvalidConfigException {
        for (String field : List.of("initialState", "gaps")) {
            environment.put("K_SOURCE_CONFIG", source(value.isEmpty() ? "" : ",\"%s\":%s".formatted(field, value)));

            assertThat(config().source().selection().initialState())
                    .isEqualTo(emitted && field.equals("initialState") ? EmitPolicy.EMIT : EmitPolicy.SKIP);
            assertThat(config().source().gaps())
                    .isEqualTo(emitted && field.equals("gaps") ? EmitPolicy.EMIT : EmitPolicy.SKIP);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"emit\"", "\"All\"", "true", "1", "{\"a\":1}", "[]"})
    void refusesAnEmitPolicyThatIsNeitherEmitNorSkip(String value) {
        environment.put("K_SOURCE_CONFIG", source(",\"initialState\":%1$s,\"gaps\":%1$s".formatted(value)));
        String plain = value.replaceAll("^\"|\"$", "");

        assertThat(errors())
                .containsExactly(
                        "K_SOURCE_CONFIG.initialState: '" + plain + "' is unknown; write Emit or Skip",
                        "K_SOURCE_CONFIG.gaps: '" + plain + "' is unknown; write Emit or Skip");
    }

    @Test
    void readsFiltersAndEventTypes() throws InvalidConfigException {
        environment.put(
                "K_SOURCE_CONFIG",
                source(",\"filters\":[{\"exact\":{\"name\":\"a\"}}]," + "\"eventTypes\":[\"delete\",\"add\"]"));

        assertThat(config().source().filters())
                .isEqualTo(new SourceConfig.Filters(
                        Optional.empty(),
                        EnumSet.of(Change.Kind.ADDED, Change.Kind.DELETED),
                        EventFilter.all(
                                List.of(new AttributeFilter(AttributeFilter.Match.EXACT, Map.of("name", "a"))))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | names no type; name at least one of add, update, delete",
                "[\"added\"] | \"added\" is unknown; write add, update or delete",
                "[\"add\",1] | 1 is unknown; write add, update or delete"
            })
    void refusesEventTypesThatAreUnknown(String types, String error) {
        environment.put("K_SOURCE_CONFIG", source(",\"eventTypes\":" + types));

        assertThat(errors()).containsExactly("K_SOURCE_CONFIG.eventTypes: " + error);
    }

    @Test
    void readsTheReplay() throws InvalidConfigException {
        assertThat(config().source().replay()).isEmpty();
        environment.put("K_SOURCE_CONFIG", source(",\"replay\":\"2026-01-02T03:04:05Z\""));

        assertThat(config().source().replay()).contains("2026-01-02T03:04:05Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"a b\"", "1", "{}", "\"ü\""})
    void refusesAReplayWithoutAName(String value) {
        environment.put("K_SOURCE_CONFIG", source(",\"replay\":" + value));

        assertThat(errors())
                .singleElement()
                .asString()
                .startsWith("K_SOURCE_CONFIG.replay: '")
                .endsWith("' is no name; write 1 to 63 letters, digits, '.', '_', ':' or '-'");
    }

    @Test
    void refusesAReplayWithoutAdds() {
        environment.put("K_SOURCE_CONFIG", source(",\"replay\":\"r\",\"eventTypes\":[\"update\"]"));

        assertThat(errors())
                .containsExactly("K_SOURCE_CONFIG.replay: sends adds, which eventTypes leaves out;"
                        + " add 'add' to eventTypes, or omit it");
    }

    private static String resource(String more) {
        return "{\"allNamespaces\":true,\"mode\":\"Resource\",\"resources\":[{\"gvr\":{\"Version\":\"v1\","
                + "\"Resource\":\"pods\"}" + more + "}]}";
    }

    @Test
    void readsTheOptionsOfAResource() throws InvalidConfigException {
        environment.put(
                "K_SOURCE_CONFIG",
                resource(",\"selector\":\"a=b\",\"fieldSelector\":\"status.phase=Running\","
                        + "\"changes\":\"Spec\",\"redactPaths\":[\"/spec/containers/*/env\",\"/a~1b\"],"
                        + "\"previous\":\"Patch\""));

        assertThat(config().source().selection().resources())
                .containsExactly(new RequestedResource(
                        "",
                        "v1",
                        "pods",
                        "a=b",
                        "status.phase=Running",
                        new ObjectOptions(ChangedPart.SPEC, List.of("/spec/containers/*/env", "/a~1b"), true)));
    }

    @Test
    void readsWhatTheDataLeavesOut() throws InvalidConfigException {
        assertThat(config().source().selection().data()).isEqualTo(new DataPolicy(true, true));
        environment.put("K_SOURCE_CONFIG", source(",\"managedFields\":\"Keep\",\"redact\":\"Secrets\""));
        assertThat(config().source().selection().data()).isEqualTo(new DataPolicy(true, true));
        environment.put("K_SOURCE_CONFIG", source(",\"managedFields\":\"Omit\",\"redact\":\"None\""));
        assertThat(config().source().selection().data()).isEqualTo(new DataPolicy(false, false));
    }

    @Test
    void refusesOtherValuesOfManagedFieldsAndRedact() {
        environment.put("K_SOURCE_CONFIG", source(",\"managedFields\":\"omit\",\"redact\":false"));

        assertThat(errors())
                .containsExactly(
                        "K_SOURCE_CONFIG.managedFields: 'omit' is unknown; write Omit or Keep",
                        "K_SOURCE_CONFIG.redact: 'false' is unknown; write None or Secrets");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status.phase=Running",
                "status.phase==Running",
                "status.phase!=Running,spec.nodeName=node-1",
                "metadata.name=",
                "involvedObject.fieldPath=spec.containers{web}",
                "metadata.name=a\\\\,b\\\\=c"
            })
    void readsAFieldSelector(String selector) throws InvalidConfigException {
        environment.put("K_SOURCE_CONFIG", resource(",\"fieldSelector\":\"" + selector + "\""));

        assertThat(config().source().selection().resources().get(0).fieldSelector())
                .isEqualTo(selector.replace("\\\\", "\\"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"status.phase", "=x", "a=b,", ",a=b", "a=b c in (d)=", "a=b\\n", "a=b\\\\", "a in (b)", "!a"})
    void refusesWhatIsNoFieldSelector(String selector) {
        environment.put("K_SOURCE_CONFIG", resource(",\"fieldSelector\":\"" + selector + "\""));

        assertThat(errors())
                .singleElement()
                .asString()
                .startsWith("K_SOURCE_CONFIG.resources[0].fieldSelector: '")
                .endsWith("' is no field selector; write it like status.phase=Running,spec.nodeName!=node-1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"changes\":\"spec\" | changes: 'spec' is unknown; write Any, Spec, Status or Metadata",
                "\"previous\":\"patch\" | previous: 'patch' is unknown; write Patch or None",
                "\"previous\":true | previous: 'true' is unknown; write Patch or None",
                "\"redactPaths\":\"/a\" | redactPaths: is not a list; write it as a list of JSON pointers",
                "\"redactPaths\":[\"a\"] | redactPaths[0]: 'a' does not begin with a slash; write a JSON pointer such "
                        + "as /spec/password or /spec/containers/*/env",
                "\"redactPaths\":[\"/a\",\"/b~\"] | redactPaths[1]: '/b~' has a ~ that is neither ~0 (for ~) nor ~1 "
                        + "(for /); write a JSON pointer such as /spec/password or /spec/containers/*/env",
                "\"redactPaths\":[\"/metadata\"] | redactPaths[0]: '/metadata' identifies the object and cannot be "
                        + "redacted; write a JSON pointer such as /spec/password or /spec/containers/*/env",
                "\"redactPaths\":[\"/*/a\"] | redactPaths[0]: '/*/a' redacts the whole object; write a JSON pointer "
                        + "such as /spec/password or /spec/containers/*/env"
            })
    void refusesOptionsOfAResource(String option, String error) {
        environment.put("K_SOURCE_CONFIG", resource("," + option));

        assertThat(errors()).containsExactly("K_SOURCE_CONFIG.resources[0]." + error);
    }

    @Test
    void refusesPreviousStatesOfReferences() {
        environment.put(
                "K_SOURCE_CONFIG",
                resource(",\"previous\":\"Patch\"").replace("\"mode\":\"Resource\"", "\"mode\":\"Reference\""));

        assertThat(errors())
                .containsExactly("K_SOURCE_CONFIG.resources[0].previous: needs whole objects; set mode to Resource, or "
                        + "leave previous out");
    }

    @Test
    void refusesTheSameObjectsWithOtherOptions() {
        environment.put(
                "K_SOURCE_CONFIG",
                "{\"allNamespaces\":true,\"resources\":[" + EVENTS + ","
                        + EVENTS.replaceFirst("}}$", "},\"changes\":\"Spec\"}") + "]}");

        assertThat(errors())
                .containsExactly("K_SOURCE_CONFIG.resources[1]: selects the same objects as resources[0], with other "
                        + "changes, redactPaths or previous; keep one of the two");
    }

    @Test
    void readsTheNameOfTheCheckpoint() throws InvalidConfigException {
        environment.put("CHECKPOINT_NAME", "my-source-checkpoint");
        assertThat(config().checkpoint()).contains(new AdapterConfig.Checkpoint("my-source-checkpoint", true));

        environment.put("CHECKPOINT_NAME", "");
        assertThat(config().checkpoint()).isEmpty();
    }

    @Test
    void reportsAllErrorsAtOnce() {
        environment.clear();
        environment.put("K_SINK", "nowhere");
        environment.put("K_SOURCE_CONFIG", "{\"mode\":\"x\"}");
        environment.put("K_CE_OVERRIDES", "{");
        environment.put("PROBES_PORT", "-1");

        assertThat(errors())
                .extracting(error -> error.substring(0, error.indexOf(':')))
                .containsExactlyInAnyOrder(
                        "K_SINK",
                        "K_SOURCE_CONFIG.resources",
                        "K_SOURCE_CONFIG.namespaces",
                        "K_SOURCE_CONFIG.mode",
                        "K_CE_OVERRIDES",
                        "PROBES_PORT",
                        "NAME",
                        "NAMESPACE");
    }

    @Test
    void theMessageHasEveryError() {
        environment.remove("NAME");
        environment.remove("NAMESPACE");
        InvalidConfigException refused =
                catchThrowableOfType(InvalidConfigException.class, () -> AdapterConfig.from(environment));

        assertThat(refused).hasMessageContainingAll("NAME: is not set", "NAMESPACE: is not set");
    }
}

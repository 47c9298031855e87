package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.adapter.checkpoint.CheckpointNames;
import dev.apiserversource.adapter.config.AdapterConfig;
import dev.apiserversource.adapter.config.SourceConfig;
import dev.apiserversource.adapter.event.EventMode;
import dev.apiserversource.adapter.filter.CesqlException;
import dev.apiserversource.adapter.filter.CesqlFilter;
import dev.apiserversource.adapter.filter.EventFilter;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ChangedPart;
import dev.apiserversource.adapter.model.DataPolicy;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.ObjectOptions;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.watch.ResourceNames;
import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.frame.config.FrameConfig;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.delivery.SinkIdentity;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract between controller and adapter, which share no production class: the adapter's real configuration reader
 * accepts what the controller writes.
 */
class AdapterContractTest {

    static List<Path> samples() {
        return Repository.yamls(Repository.SAMPLES);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void adapterAcceptsEverySample(Path sample) throws InvalidConfigException {
        ApiServerSource source = Samples.source(sample);
        AdapterConfig config = AdapterConfig.from(environment(source));
        assertThat(config.frame().name()).isEqualTo(source.getMetadata().getName());
        assertThat(config.frame().namespace()).isEqualTo(source.getMetadata().getNamespace());
        assertThat(config.source().mode().name())
                .isEqualTo(source.getSpec().mode().name());
        assertThat(config.source().selection().resources())
                .hasSize(source.getSpec().resources().size());
    }

    @Test
    void resourcesAndSelectorsArrive() throws InvalidConfigException {
        AdapterConfig config = AdapterConfig.from(environment(Samples.source(sample("selectors.yaml"))));
        assertThat(config.source().mode()).isEqualTo(EventMode.RESOURCE);
        assertThat(config.source().selection().namespaces()).containsExactly("billing", "shop");
        assertThat(config.source().selection().resources())
                .extracting(resource -> resource.name() + " " + resource.selector())
                .containsExactly("deployments app=web", "configmaps !ignore,tier in (backend,frontend)");
    }

    @Test
    void allNamespacesOwnerAndOverridesArrive() throws InvalidConfigException {
        assertThat(AdapterConfig.from(environment(Samples.source(sample("all-namespaces.yaml"))))
                        .source()
                        .selection()
                        .allNamespaces())
                .isTrue();
        assertThat(AdapterConfig.from(environment(Samples.source(sample("owner.yaml"))))
                        .source()
                        .filters()
                        .owner())
                .isPresent();
        assertThat(AdapterConfig.from(environment(Samples.source(sample("overrides.yaml"))))
                        .frame()
                        .overrides())
                .isEqualTo(Map.of("cluster", "berlin", "team", "platform"));
    }

    @Test
    void deliveryArrives() throws InvalidConfigException {
        AdapterConfig config = AdapterConfig.from(environment(Samples.source(sample("delivery.yaml"))));
        assertThat(config.frame().delivery().timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.frame().delivery().deadLetterSink())
                .hasValueSatisfying(sink -> assertThat(sink.toString()).contains("dead-letters.default"));
    }

    @Test
    void identityArrives() throws InvalidConfigException {
        AdapterConfig config = AdapterConfig.from(environment(Samples.source(sample("oidc-sink.yaml"))));
        String account = "to-oidc-oidc-sources.knative.dev-apiserversource";
        assertThat(config.frame().delivery().sink().identity())
                .contains(new SinkIdentity("default", account, "shop/orders"));
        assertThat(config.frame().delivery().deadLetterSink().orElseThrow().identity())
                .contains(new SinkIdentity("default", account, "shop/letters"));
    }

    @Test
    void tracingArrives() throws InvalidConfigException {
        FrameConfig traced = AdapterConfig.from(environment(Samples.source(sample("tracing.yaml"))))
                .frame();
        assertThat(traced.process().tracing().orElseThrow().properties())
                .containsEntry("otel.exporter.otlp.endpoint", "http://collector.observability.svc.cluster.local:4318")
                .containsEntry("otel.traces.sampler.arg", "0.25");
        assertThat(traced.process().tracing().orElseThrow().resource()).containsEntry("k8s.pod.name", "pod-1");
        assertThat(AdapterConfig.from(environment(Samples.source(sample("events-resource.yaml"))))
                        .frame()
                        .process()
                        .tracing())
                .isEmpty();
    }

    @Test
    void replayArrives() throws InvalidConfigException {
        assertThat(AdapterConfig.from(environment(Samples.source(sample("replay.yaml"))))
                        .source()
                        .replay())
                .contains("first-fill");
    }

    @Test
    void filtersArrive() throws InvalidConfigException, CesqlException {
        SourceConfig.Filters filters = AdapterConfig.from(environment(Samples.source(sample("filters.yaml"))))
                .source()
                .filters();
        EventFilter.AllFilter all = (EventFilter.AllFilter) filters.events();
        assertThat(all.filters()).hasSize(3);
        assertThat(all.filters().get(2)).isEqualTo(CesqlFilter.of("name LIKE 'web%' OR name LIKE 'api%'"));
    }

    @Test
    void whatIsEmittedOfAResourceArrives() throws InvalidConfigException {
        SourceConfig changes = AdapterConfig.from(environment(Samples.source(sample("changes.yaml"))))
                .source();
        assertThat(changes.filters().kinds()).containsExactlyInAnyOrder(Change.Kind.ADDED, Change.Kind.MODIFIED);
        assertThat(changes.selection().data()).isEqualTo(new DataPolicy(false, true));
        assertThat(changes.selection().resources()).singleElement().satisfies(resource -> assertThat(resource.options())
                .isEqualTo(new ObjectOptions(ChangedPart.SPEC, List.of(), false)));
        assertThat(AdapterConfig.from(environment(Samples.source(sample("field-selector.yaml"))))
                        .source()
                        .selection()
                        .resources()
                        .get(0)
                        .fieldSelector())
                .isEqualTo("status.phase=Failed,spec.nodeName=node-1");
        SourceConfig redacted = AdapterConfig.from(environment(Samples.source(sample("redact.yaml"))))
                .source();
        assertThat(redacted.selection().data()).isEqualTo(DataPolicy.DEFAULTS);
        assertThat(redacted.selection().resources().get(1).options().redactPaths())
                .containsExactly("/spec/containers/*/env", "/spec/initContainers/*/env");
    }

    @Test
    void previousStatesArrive() throws InvalidConfigException {
        SourceConfig source = AdapterConfig.from(environment(Samples.source(sample("previous.yaml"))))
                .source();
        assertThat(source.selection().resources())
                .extracting(resource -> resource.options().previous())
                .containsExactly(true, false);
    }

    @Test
    void annotationsArrive() throws InvalidConfigException {
        SourceConfig source = AdapterConfig.from(environment(Samples.source(sample("annotations.yaml"))))
                .source();
        assertThat(source.filters().kinds()).containsExactlyInAnyOrder(Change.Kind.ADDED, Change.Kind.DELETED);
        assertThat(source.selection().data()).isEqualTo(new DataPolicy(false, false));
        assertThat(source.selection().resources())
                .containsExactly(new RequestedResource(
                        "",
                        "v1",
                        "events",
                        "",
                        "type=Warning",
                        new ObjectOptions(ChangedPart.METADATA, List.of("/reportingInstance"), false)));
    }

    @Test
    void initialStateArrives() throws InvalidConfigException {
        assertThat(AdapterConfig.from(environment(Samples.source(sample("initial-state.yaml"))))
                        .source()
                        .selection()
                        .initialState())
                .isEqualTo(EmitPolicy.EMIT);
        assertThat(AdapterConfig.from(environment(Samples.source(sample("events-resource.yaml"))))
                        .source()
                        .selection()
                        .initialState())
                .isEqualTo(EmitPolicy.SKIP);
    }

    @Test
    void gapsArrive() throws InvalidConfigException {
        assertThat(AdapterConfig.from(environment(Samples.source(sample("gaps.yaml"))))
                        .source()
                        .gaps())
                .isEqualTo(EmitPolicy.EMIT);
        assertThat(AdapterConfig.from(environment(Samples.source(sample("events-resource.yaml"))))
                        .source()
                        .gaps())
                .isEqualTo(EmitPolicy.SKIP);
    }

    @Test
    void checkpointAndLeaseHaveTheNamesOfTheCreatedObjects() throws InvalidConfigException {
        ApiServerSource source = Samples.source(sample("hot-standby.yaml"));
        assertThat(AdapterConfig.from(environment(source)).checkpoint())
                .contains(new AdapterConfig.Checkpoint(AdapterMetadata.name(source), true));
        assertThat(environment(source))
                .containsEntry("LEASE_NAME", AdapterMetadata.name(source))
                .containsEntry("POD_NAME", "pod-1");
    }

    @Test
    void portsAreThoseOfTheDeployment() throws InvalidConfigException {
        ApiServerSource source = Samples.source(sample("events-resource.yaml"));
        AdapterConfig config = AdapterConfig.from(environment(source));
        assertThat(container(source).getPorts())
                .extracting(port -> port.getContainerPort())
                .containsExactly(
                        config.frame().process().probesPort(),
                        config.frame().process().metricsPort());
    }

    @Test
    void roleGrantsEveryConfigMapOfACheckpoint() {
        assertThat(AdapterRoles.checkpointNames("name"))
                .containsExactlyInAnyOrderElementsOf(CheckpointNames.of("name"));
    }

    @Test
    void roleForKnativesControllerGrantsEveryConfigMapOfACheckpoint() {
        List<Map<String, Object>> rules = Repository.at(
                Repository.objects(Repository.RBAC.resolve("adapter-state.yaml"))
                        .get(0),
                "rules");
        List<String> granted = Repository.at(rules.get(0), "resourceNames");

        assertThat(granted)
                .containsExactlyInAnyOrderElementsOf(CheckpointNames.of("apiserversource-SOURCE-checkpoint"));
    }

    @Test
    void adapterResolvesGuessedPlurals() {
        String guess = ApiResource.guess("example.com/v1", "Ox").plural();
        assertThat(ResourceNames.resolves(guess, "oxen", "Ox")).isTrue();
        assertThat(ResourceNames.resolves("cows", "oxen", "Ox")).isFalse();
    }

    private static Path sample(String name) {
        return Repository.SAMPLES.resolve(name);
    }

    /** The environment of the container, with field references resolved as kubelet does. */
    private static Map<String, String> environment(ApiServerSource source) {
        Map<String, String> pod =
                Map.of("metadata.namespace", source.getMetadata().getNamespace(), "metadata.name", "pod-1");
        return container(source).getEnv().stream()
                .collect(Collectors.toMap(
                        EnvVar::getName,
                        variable -> variable.getValueFrom() == null
                                ? variable.getValue()
                                : pod.get(variable.getValueFrom().getFieldRef().getFieldPath())));
    }

    private static Container container(ApiServerSource source) {
        Deployment deployment = AdapterDeployment.desired(Samples.plan(source), Samples.template());
        return deployment.getSpec().getTemplate().getSpec().getContainers().get(0);
    }
}

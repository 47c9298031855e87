package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.HistoricApiServerSource;
import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.sink.FixedSinks;
import dev.apiserversource.controller.sink.Resolution;
import dev.apiserversource.controller.sink.Resolution.Resolved;
import dev.apiserversource.controller.sink.SinkAddress;
import dev.apiserversource.controller.sink.SinkResolver;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Sources as users write them, in a cluster that has all they name. */
final class Samples {

    static final String UID = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0";

    private static final SinkResolver SINKS = FixedSinks.resolver(Map.of(
            "serving.knative.dev/v1/Service", "http://event-display.default.example.com",
            "eventing.knative.dev/v1/Broker",
                    "http://broker-ingress.knative-eventing.svc.cluster.local/default/default",
            "messaging.knative.dev/v1/Channel", "http://events-kn-channel.default.svc.cluster.local"));
    private static final Set<String> CLUSTER_SCOPED = Set.of("Node", "Namespace");

    /** Serves every kind under the plural that is guessed. */
    static final Discovery DISCOVERY = (apiVersion, kind) -> {
        ApiResource guess = ApiResource.guess(apiVersion, kind);
        return Optional.of(
                new ApiResource(guess.group(), guess.version(), guess.plural(), kind, !CLUSTER_SCOPED.contains(kind)));
    };

    private Samples() {}

    /** The source in a file, its first document. */
    static Source source(Path file) {
        return source(Repository.documents(file).get(0));
    }

    static Source source(String yaml) {
        if (yaml.contains("sources.eventing.knative.dev")) {
            HistoricApiServerSource source = Serialization.unmarshal(yaml, HistoricApiServerSource.class);
            identify(source);
            return Source.of(source);
        }
        ApiServerSource source = Serialization.unmarshal(yaml, ApiServerSource.class);
        source.setApiVersion("sources.knative.dev/v1"); // the controller sees all versions as v1
        identify(source);
        return Source.of(source);
    }

    private static void identify(HasMetadata source) {
        source.getMetadata().setUid(UID);
        source.getMetadata().setGeneration(1L);
        if (source.getMetadata().getNamespace() == null) {
            source.getMetadata().setNamespace("default");
        }
    }

    /** A source that watches Events in its own namespace. */
    static Source events(String spec) {
        return shop("{resources: [{apiVersion: v1, kind: Event}], sink: {uri: 'http://sink'}, " + spec + "}");
    }

    /** A source named events in the namespace shop. */
    static Source shop(String spec) {
        return source("apiVersion: sources.knative.dev/v1\nkind: ApiServerSource\n"
                + "metadata: {name: events, namespace: shop}\nspec: " + spec);
    }

    static AdapterPlan plan(Source source) {
        return new AdapterPlan(
                source,
                resolved(SINKS.resolve(source.spec().sink(), source.namespace())),
                source.deadLetterSink()
                        .map(sink -> resolved(SINKS.resolve(sink, source.namespace())))
                        .orElse(null),
                WatchedKinds.of(source.spec().resources(), DISCOVERY),
                namespaces(source));
    }

    private static SinkAddress resolved(Resolution resolution) {
        return ((Resolved) resolution).address();
    }

    /** Two namespaces for every selector that selects some, but for one that says that it selects nothing. */
    private static NamespaceSelection namespaces(Source source) {
        if (source.spec().namespaceSelector() == null) {
            return NamespaceSelection.of(List.of(source.namespace()));
        }
        LabelQuery query = LabelQuery.of(source.spec().namespaceSelector());
        if (query.isEmpty()) {
            return NamespaceSelection.ALL;
        }
        boolean none = query.matches(Map.of("selects", "nothing"));
        return NamespaceSelection.of(none ? List.of() : List.of("shop", "billing"));
    }

    static AdapterTemplate template() {
        return new AdapterTemplate(
                "registry.example/adapter:1",
                "apiserversource-system",
                AdapterTemplate.DEFAULT_JAVA_OPTIONS,
                AdapterTemplate.defaultResources(),
                Map.of(),
                List.of());
    }
}

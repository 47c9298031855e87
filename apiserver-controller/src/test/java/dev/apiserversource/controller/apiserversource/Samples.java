package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.Destination;
import dev.apiserversource.controller.api.LegacyApiServerSource;
import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.legacy.LegacyApiServerSourceReconciler;
import dev.apiserversource.controller.namespaces.LabelMatcher;
import dev.apiserversource.controller.namespaces.NamespaceSelection;
import dev.apiserversource.controller.sink.AddressLookup;
import dev.apiserversource.controller.sink.FixedSinks;
import dev.apiserversource.controller.sink.SinkResolver;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Sources as users write them, in a cluster that has everything they reference. */
final class Samples {

    static final String UID = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0";

    private static final AddressLookup SINKS = FixedSinks.lookup(Map.of(
            "serving.knative.dev/v1/Service", "http://event-display.default.example.com",
            "eventing.knative.dev/v1/Broker",
                    "http://broker-ingress.knative-eventing.svc.cluster.local/default/default",
            "messaging.knative.dev/v1/Channel", "http://events-kn-channel.default.svc.cluster.local"));
    private static final Set<String> CLUSTER_SCOPED = Set.of("Node", "Namespace");

    /** Serves every kind under its guessed plural. */
    static final Discovery DISCOVERY = (apiVersion, kind) -> {
        ApiResource guess = ApiResource.guess(apiVersion, kind);
        return Optional.of(
                new ApiResource(guess.group(), guess.version(), guess.plural(), kind, !CLUSTER_SCOPED.contains(kind)));
    };

    private Samples() {}

    /** The source in a file, its first document; a legacy one as its translation. */
    static ApiServerSource source(Path file) {
        return source(Repository.documents(file).get(0));
    }

    static ApiServerSource source(String yaml) {
        return yaml.contains("sources.eventing.knative.dev")
                ? identified(LegacyApiServerSourceReconciler.desired(
                        identified(Serialization.unmarshal(yaml, LegacyApiServerSource.class))))
                : v1(yaml);
    }

    private static ApiServerSource v1(String yaml) {
        ApiServerSource source = Serialization.unmarshal(yaml, ApiServerSource.class);
        source.setApiVersion("sources.knative.dev/v1"); // the controller sees all versions as v1
        return identified(source);
    }

    private static <T extends HasMetadata> T identified(T source) {
        source.getMetadata().setUid(UID);
        source.getMetadata().setGeneration(1L);
        if (source.getMetadata().getNamespace() == null) {
            source.getMetadata().setNamespace("default");
        }
        return source;
    }

    /** A source that watches Events in its own namespace. */
    static ApiServerSource events(String spec) {
        return source("apiVersion: sources.knative.dev/v1\nkind: ApiServerSource\n"
                + "metadata: {name: events, namespace: shop}\n"
                + "spec: {resources: [{apiVersion: v1, kind: Event}], sink: {uri: 'http://sink'}, " + spec + "}");
    }

    static AdapterPlan plan(ApiServerSource source) {
        return new AdapterPlan(
                source,
                resolve(source.getSpec().sink(), source),
                source.getSpec()
                        .deadLetterSink()
                        .map(sink -> resolve(sink, source))
                        .orElse(null),
                WatchedKinds.of(source.getSpec().resources(), DISCOVERY),
                namespaces(source));
    }

    private static SinkAddress resolve(Destination destination, ApiServerSource source) {
        return (SinkAddress) new SinkResolver("cluster.local")
                .resolve(destination, source.getMetadata().getNamespace(), SINKS);
    }

    /** Two namespaces for every selector, none for the label {@code selects: nothing}. */
    private static NamespaceSelection namespaces(ApiServerSource source) {
        if (source.getSpec().namespaceSelector() == null) {
            return NamespaceSelection.of(List.of(source.getMetadata().getNamespace()));
        }
        LabelMatcher matcher = LabelMatcher.of(source.getSpec().namespaceSelector());
        if (matcher.matchesAll()) {
            return NamespaceSelection.all(Stream.of());
        }
        boolean none = matcher.matches(Map.of("selects", "nothing"));
        return NamespaceSelection.of(none ? List.of() : List.of("shop", "billing"));
    }

    static AdapterTemplate template() {
        return new AdapterTemplate(
                "registry.example/adapter:1",
                "apiserversource-system",
                AdapterTemplate.DEFAULT_JAVA_OPTIONS,
                AdapterTemplate.defaultResources(),
                Map.of(),
                List.of(),
                Map.of());
    }
}

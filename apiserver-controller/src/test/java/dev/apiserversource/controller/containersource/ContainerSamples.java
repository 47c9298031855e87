package dev.apiserversource.controller.containersource;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.api.ContainerSource;
import dev.apiserversource.controller.sink.FixedSinks;
import dev.apiserversource.controller.sink.SinkResolver;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import io.fabric8.kubernetes.client.utils.Serialization;

import java.nio.file.Path;
import java.util.Map;

/** Sources as users write them, in a cluster that has everything they reference. */
final class ContainerSamples {

    static final Path FOLDER = Repository.ROOT.resolve("samples/containersource");

    private ContainerSamples() {}

    static ContainerSource source(Path file) {
        return source(Repository.read(file));
    }

    static ContainerSource source(String yaml) {
        ContainerSource source = Serialization.unmarshal(yaml, ContainerSource.class);
        source.setApiVersion("sources.knative.dev/v1"); // the controller sees all versions as v1
        source.getMetadata().setUid("0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0");
        source.getMetadata().setGeneration(1L);
        source.getMetadata().setNamespace("default");
        return source;
    }

    /** A source with this template, as JSON or YAML in flow style. */
    static ContainerSource withTemplate(String template) {
        return source("apiVersion: sources.knative.dev/v1\nkind: ContainerSource\nmetadata: {name: beats}\n"
                + "spec: {sink: {uri: 'http://sink'}, template: " + template + "}");
    }

    static SinkAddress sink(ContainerSource source) {
        return (SinkAddress) new SinkResolver("cluster.local")
                .resolve(
                        source.getSpec().sink(),
                        "default",
                        FixedSinks.lookup(Map.of(
                                "eventing.knative.dev/v1/Broker",
                                "http://broker-ingress.knative-eventing.svc.cluster.local/default/default")));
    }
}

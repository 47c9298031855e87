package dev.apiserversource.controller.pingsource;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.api.PingSource;
import dev.apiserversource.controller.sink.FixedSinks;
import dev.apiserversource.controller.sink.SinkResolver;
import io.fabric8.kubernetes.client.utils.Serialization;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** PingSources for tests. */
final class PingSamples {

    static final Path FOLDER = Repository.ROOT.resolve("samples/pingsource");

    private static final SinkResolver RESOLVER = new SinkResolver("cluster.local");

    private PingSamples() {}

    static List<Path> files() {
        return Repository.yamls(FOLDER);
    }

    static PingSource source(Path file) {
        return complete(Serialization.unmarshal(Repository.read(file), PingSource.class));
    }

    /** A source with this spec, as a flow mapping of YAML. */
    static PingSource withSpec(String spec) {
        return complete(Serialization.unmarshal(
                "apiVersion: sources.knative.dev/v1\nkind: PingSource\nmetadata: {name: ping}\nspec: " + spec,
                PingSource.class));
    }

    /** The source as it is read with these annotations. */
    static PingSource annotated(PingSource source, Map<String, String> annotations) {
        source.getMetadata().setAnnotations(annotations);
        return Serialization.clone(source);
    }

    private static PingSource complete(PingSource source) {
        source.getMetadata().setNamespace("default");
        source.getMetadata().setUid("u-1");
        source.getMetadata().setGeneration(3L);
        source.getMetadata().setCreationTimestamp("2026-01-01T00:00:00Z");
        return source;
    }

    /** Every Service exists. */
    static PingStatus.Sinks sinks(PingSource source) {
        return new PingStatus.Sinks(
                RESOLVER.resolve(source.getSpec().sink(), "default", FixedSinks.lookup(Map.of())),
                source.getSpec()
                        .deadLetterSink()
                        .map(destination -> RESOLVER.resolve(destination, "default", FixedSinks.lookup(Map.of())))
                        .orElse(null));
    }
}

package dev.apiserversource.samples.quickstart;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What is installed, applied, and expected to be displayed.
 *
 * @param kinds the kinds of sources; at least one object of each is applied, and has a condition Ready
 * @param more manifests beside that of the ApiServerSource, below the root of the source tree
 * @param expected what event-display prints beside the events of busybox
 */
record Demo(List<String> kinds, List<String> more, List<String> expected) {

    /** The ApiServerSource alone. */
    static final Demo BUSYBOX = new Demo(List.of("ApiServerSource"), List.of(), List.of());

    /** All sources: heartbeats in a ContainerSource, a PingSource, and a CronJob that a SinkBinding binds. */
    static final Demo ALL = new Demo(
            List.of("ApiServerSource", "ContainerSource", "PingSource", "SinkBinding"),
            List.of(
                    "samples/containersource/heartbeats.yaml",
                    "samples/pingsource/every-minute.yaml",
                    "samples/sinkbinding/heartbeat-cronjob.yaml",
                    "samples/sinkbinding/bind-cronjob.yaml"),
            List.of(
                    "source: https://knative.dev/eventing-contrib/cmd/heartbeats/#event-test/mypod",
                    "type: dev.knative.sources.ping",
                    "hello: world"));

    /** The kinds as {@code kubectl get} takes them. */
    String plurals() {
        return String.join(",", kinds.stream().map(kind -> lower(kind) + "s").toList());
    }

    private static String lower(String kind) {
        return kind.toLowerCase(Locale.ROOT);
    }

    /** What is applied before the controller is started, below the root of the source tree. */
    List<Path> installation() {
        Stream<String> crds = kinds.stream().map(kind -> "crd-" + lower(kind) + ".yaml");
        return Stream.concat(Stream.of("namespace.yaml"), crds)
                .map(file -> Path.of("apiserver-controller", "deploy", file))
                .toList();
    }

    /** What is applied once the controller is started, below the root of the source tree. */
    List<Path> manifests() {
        return Stream.concat(
                        Stream.of("rbac/events-sa.yaml", "samples/apiserversource/events-resource.yaml"), more.stream())
                .map(Path::of)
                .toList();
    }
}

package dev.apiserversource.samples.quickstart;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What is installed, applied, and expected to be displayed. */
enum Demo {

    /** The ApiServerSource alone. */
    BUSYBOX(List.of("ApiServerSource"), List.of(), List.of()),

    /** All sources: heartbeats in a ContainerSource, a PingSource, and a CronJob that a SinkBinding binds. */
    ALL(
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

    private static final String BUSYBOX_SOURCE = "samples/apiserversource/events-resource.yaml";

    private final List<String> kinds;
    private final List<String> manifests;
    private final List<String> expected;

    Demo(List<String> kinds, List<String> manifests, List<String> expected) {
        this.kinds = kinds;
        this.manifests = manifests;
        this.expected = expected;
    }

    /** The kinds of sources. At least one object of each is applied, and has a condition Ready. */
    List<String> kinds() {
        return kinds;
    }

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
        return Stream.concat(Stream.of("rbac/events-sa.yaml", BUSYBOX_SOURCE), manifests.stream())
                .map(Path::of)
                .toList();
    }

    /** What event-display prints beside the events of busybox. */
    List<String> expected() {
        return expected;
    }
}

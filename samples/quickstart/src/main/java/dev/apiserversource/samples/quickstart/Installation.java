package dev.apiserversource.samples.quickstart;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The programs to start and the manifests to apply.
 *
 * @param repository root of the source tree, which holds the manifests
 * @param controller command that starts the controller
 * @param eventDisplay command that starts event-display
 * @param eventViewer command that starts event-viewer
 * @param images commands in place of images
 */
record Installation(
        Path repository, List<String> controller, List<String> eventDisplay, List<String> eventViewer, Images images) {

    /** The jars of all programs, below the root of the source tree. The script {@code run} builds the same. */
    static final String CONTROLLER_JAR = "apiserver-controller/target/apiserver-controller.jar";

    static final String EVENT_DISPLAY_JAR = "samples/event-display/target/event-display.jar";
    static final String EVENT_VIEWER_JAR = "samples/event-viewer/target/event-viewer.jar";
    static final String ADAPTER_JAR = "apiserver-adapter/apiserver/target/apiserver-adapter.jar";
    static final String PING_ADAPTER_JAR = "apiserver-adapter/ping/target/ping-adapter.jar";
    static final String HEARTBEATS_JAR = "samples/heartbeats/target/heartbeats.jar";

    private static final String LOOPBACK = "127.0.0.1";
    /** Names of images. */
    private static final String ADAPTER = "adapter";

    private static final String PING_ADAPTER = "ping-adapter";
    private static final String HEARTBEATS = "heartbeats";
    /** Quick to start, slower in the long run. */
    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /** The programs as built in {@code repository}, run by the Java of this process. */
    static Installation builtIn(Path repository) {
        // The Deployments of the adapters set the options of their JVMs.
        Map<String, List<String>> images = Map.of(
                ADAPTER, java(List.of(), repository.resolve(ADAPTER_JAR)),
                PING_ADAPTER, java(List.of(), repository.resolve(PING_ADAPTER_JAR)),
                HEARTBEATS, java(SHORT_LIVED, repository.resolve(HEARTBEATS_JAR)));
        return new Installation(
                repository,
                java(SHORT_LIVED, repository.resolve(CONTROLLER_JAR)),
                java(SHORT_LIVED, repository.resolve(EVENT_DISPLAY_JAR)),
                java(SHORT_LIVED, repository.resolve(EVENT_VIEWER_JAR)),
                new Images(images));
    }

    /** All environment variables of the controller. */
    static Map<String, String> controllerEnvironment(Path kubeconfig) {
        return Map.of(
                "KUBECONFIG", kubeconfig.toString(),
                "APISERVER_RA_IMAGE", ADAPTER,
                "PINGSOURCE_RA_IMAGE", PING_ADAPTER,
                "SYSTEM_NAMESPACE", "apiserversource-system",
                "LEADER_ELECTION", "false",
                "ADAPTER_JAVA_OPTIONS", "-Xmx96m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
                // Any free port.
                "PROBES_PORT", "0",
                "METRICS_PORT", "0",
                "LOG_FORMAT", "text");
    }

    /** All environment variables of event-display. */
    static Map<String, String> eventDisplayEnvironment(int port) {
        return Map.of("HOST", LOOPBACK, "PORT", Integer.toString(port));
    }

    /** All environment variables of event-viewer, which passes events on to {@code sink}. */
    static Map<String, String> eventViewerEnvironment(int port, URI sink) {
        return Map.of("HOST", LOOPBACK, "PORT", Integer.toString(port), "FORWARD_TO", sink.toString());
    }

    private static List<String> java(List<String> options, Path jar) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return Stream.of(List.of(java), options, List.of("-jar", jar.toString()))
                .flatMap(List::stream)
                .toList();
    }
}

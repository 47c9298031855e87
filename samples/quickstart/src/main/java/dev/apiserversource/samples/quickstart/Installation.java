package dev.apiserversource.samples.quickstart;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The programs to start and the manifests to apply.
 *
 * @param repository root of the source tree, which holds the manifests
 * @param controller command that starts the controller
 * @param adapter command that starts an adapter
 * @param eventDisplay command that starts event-display
 */
record Installation(Path repository, List<String> controller, List<String> adapter, List<String> eventDisplay) {

    /** Jars of the three programs, below the root of the source tree. The script {@code run} builds the same. */
    static final String CONTROLLER_JAR = "apiserver-controller/target/apiserver-controller.jar";

    static final String ADAPTER_JAR = "apiserver-adapter/apiserver/target/apiserver-adapter.jar";
    static final String EVENT_DISPLAY_JAR = "samples/event-display/target/event-display.jar";

    private static final String LOOPBACK = "127.0.0.1";
    /** Quick to start, slower in the long run. */
    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /** The programs as built in {@code repository}, run by the Java of this process. */
    static Installation builtIn(Path repository) {
        return new Installation(
                repository,
                java(SHORT_LIVED, repository.resolve(CONTROLLER_JAR)),
                // The Deployment sets the options of the adapter's JVM.
                java(List.of(), repository.resolve(ADAPTER_JAR)),
                java(SHORT_LIVED, repository.resolve(EVENT_DISPLAY_JAR)));
    }

    /** The CustomResourceDefinition of ApiServerSource. */
    Path crd() {
        return repository.resolve("apiserver-controller/deploy/crd-apiserversource.yaml");
    }

    /** The ServiceAccount of the source and its Role. */
    Path serviceAccount() {
        return repository.resolve("rbac/events-sa.yaml");
    }

    /** The ApiServerSource; its sink is replaced. */
    Path source() {
        return repository.resolve("samples/apiserversource/events-resource.yaml");
    }

    /** All environment variables of the controller. */
    static Map<String, String> controllerEnvironment(Path kubeconfig) {
        return Map.of(
                "KUBECONFIG", kubeconfig.toString(),
                // Required, and without effect: the adapter is started from its jar.
                "APISERVER_RA_IMAGE", "apiserver-adapter",
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

    private static List<String> java(List<String> options, Path jar) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return Stream.of(List.of(java), options, List.of("-jar", jar.toString()))
                .flatMap(List::stream)
                .toList();
    }
}

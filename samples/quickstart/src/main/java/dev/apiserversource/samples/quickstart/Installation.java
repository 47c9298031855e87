package dev.apiserversource.samples.quickstart;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is installed, and from where.
 *
 * @param repository where the manifests are
 * @param controller starts the controller: the program and its arguments
 * @param adapter starts an adapter, likewise
 */
record Installation(Path repository, List<String> controller, List<String> adapter) {

    /** The programs as they are built in {@code repository}, run by the Java that runs here. */
    static Installation builtIn(Path repository) {
        return new Installation(
                repository,
                // As it runs for minutes at most, the controller is not worth optimizing.
                java(repository, "apiserver-controller/target/apiserver-controller.jar", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                java(repository, "apiserver-adapter/apiserver/target/apiserver-adapter.jar"));
    }

    /** The definition of ApiServerSource. */
    Path definition() {
        return repository.resolve("apiserver-controller/deploy/crd-apiserversource.yaml");
    }

    /** Who the adapter is, and what it may do. */
    Path rights() {
        return repository.resolve("rbac/events-sa.yaml");
    }

    /** The source of the quickstart, but for its sink. */
    Path source() {
        return repository.resolve("samples/apiserversource/events-resource.yaml");
    }

    /** What the controller has to be told. */
    static Map<String, String> controllerEnvironment(Path kubeconfig) {
        return Map.of(
                "KUBECONFIG", kubeconfig.toString(),
                // There is no registry here: whatever the image is called, the adapter's jar is started.
                "APISERVER_RA_IMAGE", "apiserver-adapter",
                "SYSTEM_NAMESPACE", "apiserversource-system",
                "LEADER_ELECTION", "false",
                "ADAPTER_JAVA_OPTIONS", "-Xmx96m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
                // Free ports, so that nothing on this machine is in the way.
                "PROBES_PORT", "0",
                "METRICS_PORT", "0",
                "LOG_FORMAT", "text");
    }

    private static List<String> java(Path repository, String jarPath, String... options) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path jar = repository.resolve(jarPath);
        return Stream.of(List.of(java), List.of(options), List.of("-jar", jar.toString()))
                .flatMap(List::stream)
                .toList();
    }
}

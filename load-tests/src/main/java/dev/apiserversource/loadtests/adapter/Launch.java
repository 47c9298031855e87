package dev.apiserversource.loadtests.adapter;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How an adapter is started: what its user would set, and nothing else.
 *
 * @param jvmArguments for the JVM, before {@code -jar}
 * @param environment the whole environment of the process
 */
public record Launch(List<String> jvmArguments, Map<String, String> environment) {

    /** Name of the source in the environment. */
    public static final String NAME = "test-source";

    /** Namespace of the source in the environment. */
    public static final String NAMESPACE = "test-source-namespace";

    /** The memory that the controller's Deployment lets a pod have, in bytes. */
    public static final long POD_MEMORY = 256L << 20;

    /** What the controller's Deployment tells the JVM. */
    private static final String POD_JAVA_OPTIONS = "-Xmx96m -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError";

    /** Keeps copies. */
    public Launch {
        jvmArguments = List.copyOf(jvmArguments);
        environment = Map.copyOf(environment);
    }

    /** The ordinary start: 64 MB of heap, ports chosen by the system, log lines as JSON. */
    public static Launch of(SourceConfig config, Path kubeconfig, URI sink) {
        return new Launch(
                List.of("-Xmx64m", "-XX:+ExitOnOutOfMemoryError"),
                Map.of(
                        "K_SINK",
                        sink.toString(),
                        "K_SOURCE_CONFIG",
                        config.json(),
                        "NAME",
                        NAME,
                        "NAMESPACE",
                        NAMESPACE,
                        "KUBECONFIG",
                        kubeconfig.toString(),
                        "PROBES_PORT",
                        "0",
                        "METRICS_PORT",
                        "0",
                        "LOG_FORMAT",
                        "json"));
    }

    /**
     * The start in a pod: the JVM's options and the way to the API server as the controller's Deployment and the kubelet give them.
     *
     * @param apiServer where the API server is
     * @param certificate PEM file with what to trust
     * @param token file that holds the token of the moment
     */
    public static Launch inPod(SourceConfig config, URI apiServer, Path certificate, Path token, URI sink) {
        return new Launch(List.of(), Map.of())
                .with("JAVA_TOOL_OPTIONS", POD_JAVA_OPTIONS)
                .with("K_SINK", sink.toString())
                .with("K_SOURCE_CONFIG", config.json())
                .with("NAME", NAME)
                .with("NAMESPACE", NAMESPACE)
                .with("KUBERNETES_SERVICE_HOST", apiServer.getHost())
                .with("KUBERNETES_SERVICE_PORT", Integer.toString(apiServer.getPort()))
                .with("KUBERNETES_AUTH_TRYKUBECONFIG", "false")
                .with("KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN", token.toString())
                .with("KUBERNETES_CERTS_CA_FILE", certificate.toString())
                .with("PROBES_PORT", "0")
                .with("METRICS_PORT", "0")
                .with("LOG_FORMAT", "json");
    }

    /** The same with one more variable. */
    public Launch with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new Launch(jvmArguments, more);
    }

    /** The same with one more argument for the JVM. */
    public Launch withJvm(String argument) {
        List<String> more = new ArrayList<>(jvmArguments);
        more.add(argument);
        return new Launch(more, environment);
    }
}

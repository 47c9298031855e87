package dev.apiserversource.loadtests.adapter;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The JVM arguments and the environment that an adapter is started with.
 *
 * @param jvmArguments for the JVM, before {@code -jar}
 * @param environment all variables of the process
 */
public record AdapterLaunch(List<String> jvmArguments, Map<String, String> environment) {

    /** Value of {@code NAME}. */
    public static final String NAME = "test-source";

    /** Value of {@code NAMESPACE}. */
    public static final String NAMESPACE = "test-source-namespace";

    /** The memory limit of the controller's Deployment, in bytes. */
    public static final long POD_MEMORY = 256L << 20;

    /** {@code JAVA_TOOL_OPTIONS} of the controller's Deployment, and of the image. */
    static final String POD_JAVA_OPTIONS = "-Xms16m -Xmx96m -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError";

    /** The other options of the image that bound memory, except those of its AOT cache. */
    static final List<String> IMAGE_OPTIONS = List.of(
            "-Dio.netty.allocator.numDirectArenas=1",
            "-Dio.netty.allocator.numHeapArenas=1",
            "-Dio.netty.allocator.maxOrder=3");

    /** Keeps copies. */
    public AdapterLaunch {
        jvmArguments = List.copyOf(jvmArguments);
        environment = Map.copyOf(environment);
    }

    /** A start by hand: a kubeconfig and 64 MB of heap. */
    public static AdapterLaunch of(AdapterSourceConfig config, Path kubeconfig, URI sink) {
        return basic(config, sink)
                .with("KUBECONFIG", kubeconfig.toString())
                .withJvm("-Xmx64m")
                .withJvm("-XX:+ExitOnOutOfMemoryError");
    }

    /**
     * A start as in a pod: JVM options as in the controller's Deployment and the image, API server and token as the
     * kubelet provides them.
     *
     * @param certificate PEM file with the certificates to trust
     * @param token file with the current token
     */
    public static AdapterLaunch inPod(
            AdapterSourceConfig config, URI apiServer, Path certificate, Path token, URI sink) {
        AdapterLaunch launch = basic(config, sink);
        for (String option : IMAGE_OPTIONS) {
            launch = launch.withJvm(option);
        }
        return launch.with("JAVA_TOOL_OPTIONS", POD_JAVA_OPTIONS)
                .with("MALLOC_ARENA_MAX", "1")
                .with("KUBERNETES_SERVICE_HOST", apiServer.getHost())
                .with("KUBERNETES_SERVICE_PORT", Integer.toString(apiServer.getPort()))
                .with("KUBERNETES_AUTH_TRYKUBECONFIG", "false")
                .with("KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN", token.toString())
                .with("KUBERNETES_CERTS_CA_FILE", certificate.toString());
    }

    private static AdapterLaunch basic(AdapterSourceConfig config, URI sink) {
        return new AdapterLaunch(List.of(), Map.of())
                .with("K_SINK", sink.toString())
                .with("K_SOURCE_CONFIG", config.json())
                .with("NAME", NAME)
                .with("NAMESPACE", NAMESPACE)
                .with("CHECKPOINT_NAME", "")
                .with("LEASE_NAME", "")
                .with("PROBES_PORT", "0")
                .with("METRICS_PORT", "0")
                .with("LOG_FORMAT", "json");
    }

    /** The same with one more variable. */
    public AdapterLaunch with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new AdapterLaunch(jvmArguments, more);
    }

    /** The same without a variable. */
    public AdapterLaunch without(String variable) {
        Map<String, String> fewer = new HashMap<>(environment);
        fewer.remove(variable);
        return new AdapterLaunch(jvmArguments, fewer);
    }

    /** The same with one more argument for the JVM. */
    public AdapterLaunch withJvm(String argument) {
        List<String> more = new ArrayList<>(jvmArguments);
        more.add(argument);
        return new AdapterLaunch(more, environment);
    }
}

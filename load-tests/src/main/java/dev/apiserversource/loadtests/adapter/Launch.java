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

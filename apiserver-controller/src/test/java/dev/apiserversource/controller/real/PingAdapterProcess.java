package dev.apiserversource.controller.real;

import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.ControlPlaneExtension;
import dev.apiserversource.loadtests.process.LocalProcess;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The adapter of PingSources as a process under the shipped permissions. */
final class PingAdapterProcess {

    static final String SYSTEM = "apiserversource-system";

    /** The Deployment, its ServiceAccount, its Lease and its checkpoint. */
    static final String NAME = "pingsource-mt-adapter";

    private PingAdapterProcess() {}

    /** A running process with the environment of its pod, and a short Lease. */
    static LocalProcess start(Installed cluster, String pod, List<String> javaOptions) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "NAME", NAME,
                "NAMESPACE", SYSTEM,
                "POD_NAME", pod,
                "LEASE_NAME", NAME,
                "CHECKPOINT_NAME", NAME,
                "LEASE_DURATION", "3",
                "LOG_FORMAT", "text",
                "PROBES_PORT", "0",
                "METRICS_PORT", "0"));
        environment.put(
                "KUBECONFIG",
                cluster.plane().serviceAccount(SYSTEM, NAME).kubeconfig().toString());
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = Stream.of(
                        Stream.of(java),
                        javaOptions.stream(),
                        Stream.of("-cp", classPath(), "dev.apiserversource.ping.PingMain"))
                .flatMap(part -> part)
                .toList();
        Path log = ControlPlaneExtension.folder().resolve(pod + "-" + System.nanoTime() + ".log");
        LocalProcess process = new LocalProcess(command, environment, log);
        process.start();
        return process;
    }

    /** That of this test, whichever runner has loaded it. */
    private static String classPath() {
        return PingAdapterProcess.class.getClassLoader() instanceof URLClassLoader loader
                ? Stream.of(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }
}

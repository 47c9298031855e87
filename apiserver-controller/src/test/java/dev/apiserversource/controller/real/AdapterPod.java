package dev.apiserversource.controller.real;

import dev.apiserversource.loadtests.cluster.ControlPlaneExtension;
import dev.apiserversource.loadtests.cluster.TestServiceAccount;
import dev.apiserversource.loadtests.process.AdapterCommand;
import dev.apiserversource.loadtests.process.LocalProcess;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pod of a Deployment: the real adapter as a process, with the environment of the container. */
final class AdapterPod implements AutoCloseable {

    private static final String JAR = "../apiserver-adapter/apiserver/target/apiserver-adapter.jar";
    private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(60);

    private final LocalProcess process;

    /**
     * Starts the adapter under the rights of {@code account}.
     *
     * @param name of the pod
     */
    AdapterPod(String name, Deployment deployment, TestServiceAccount account) {
        this.process = new LocalProcess(
                AdapterCommand.of(JAR, List.of()),
                environment(name, deployment, account),
                ControlPlaneExtension.folder().resolve(name + ".log"));
        process.start();
    }

    /** As the kubelet resolves it, except that ports are any that are free. */
    private static Map<String, String> environment(String name, Deployment deployment, TestServiceAccount account) {
        Container container =
                deployment.getSpec().getTemplate().getSpec().getContainers().get(0);
        Map<String, String> pod = Map.of(
                "metadata.name",
                name,
                "metadata.namespace",
                deployment.getMetadata().getNamespace());
        Map<String, String> environment = new HashMap<>();
        for (EnvVar variable : container.getEnv()) {
            environment.put(
                    variable.getName(),
                    variable.getValueFrom() == null
                            ? variable.getValue()
                            : pod.get(variable.getValueFrom().getFieldRef().getFieldPath()));
        }
        environment.putAll(Map.of(
                "PROBES_PORT", "0",
                "METRICS_PORT", "0",
                "KUBECONFIG", account.kubeconfig().toString()));
        return environment;
    }

    /** Sends SIGTERM; returns the exit code. */
    int stop() {
        process.terminate();
        return process.awaitExit(EXIT_TIMEOUT);
    }

    @Override
    public void close() {
        process.kill();
    }
}

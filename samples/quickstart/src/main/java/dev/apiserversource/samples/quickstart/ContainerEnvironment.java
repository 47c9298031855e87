package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The environment that a kubelet gives to a Deployment's one container, and what a pod would have by other means. */
final class ContainerEnvironment {

    private ContainerEnvironment() {}

    /**
     * What the container names, {@code kubeconfig} in place of a mounted token, and free ports, because all processes
     * share those of this machine.
     *
     * @throws QuickstartException when a value comes from something that is not known here
     */
    static Map<String, String> of(Deployment deployment, Path kubeconfig) {
        Map<String, String> environment = new HashMap<>();
        // For a log that is read in a terminal; the container has the last word.
        environment.put("LOG_FORMAT", "text");
        deployment
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getEnv()
                .forEach(variable -> environment.put(variable.getName(), value(variable, deployment)));
        environment.put("KUBECONFIG", kubeconfig.toString());
        environment.put("PROBES_PORT", "0");
        environment.put("METRICS_PORT", "0");
        return environment;
    }

    private static String value(EnvVar variable, Deployment deployment) {
        if (variable.getValueFrom() == null) {
            return variable.getValue() == null ? "" : variable.getValue();
        }
        return Optional.ofNullable(variable.getValueFrom().getFieldRef())
                .map(field -> podFields(deployment).get(field.getFieldPath()))
                .orElseThrow(() -> new QuickstartException(
                        "the value of " + variable.getName() + " comes from something that is not here"));
    }

    /** What a pod would say of itself; there is one process at a time for a Deployment, so its name will do. */
    private static Map<String, String> podFields(Deployment deployment) {
        return Map.of(
                "metadata.namespace", deployment.getMetadata().getNamespace(),
                "metadata.name", deployment.getMetadata().getName(),
                "status.podIP", "127.0.0.1");
    }
}

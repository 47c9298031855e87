package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The environment variables that a kubelet would give to the container of a Deployment. */
final class ContainerEnvironment {

    private ContainerEnvironment() {}

    /**
     * The variables of the container, with {@code kubeconfig} in place of a mounted token. Ports are 0, because all
     * processes share those of this machine.
     *
     * @throws QuickstartException when a value is taken from anything but a supported field of the pod
     */
    static Map<String, String> of(Deployment deployment, Path kubeconfig) {
        Map<String, String> environment = new HashMap<>();
        // Read in a terminal, unless the container sets another format.
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
                        "the valueFrom of variable " + variable.getName() + " is not supported here"));
    }

    /** There is one process for a Deployment, so the pod has its name. */
    private static Map<String, String> podFields(Deployment deployment) {
        return Map.of(
                "metadata.namespace", deployment.getMetadata().getNamespace(),
                "metadata.name", deployment.getMetadata().getName(),
                "status.podIP", "127.0.0.1");
    }
}

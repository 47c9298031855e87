package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The environment variables that a kubelet would give to a container. */
final class ContainerEnvironment {

    private ContainerEnvironment() {}

    /**
     * The variables of the container, with {@code kubeconfig} in place of a mounted token. Ports are 0, because all
     * processes share those of this machine.
     *
     * @param pod the name of the pod; there is none, so it is that of the Deployment or Job
     * @throws QuickstartException when a value is taken from anything but a supported field of the pod
     */
    static Map<String, String> of(Container container, String namespace, String pod, Path kubeconfig) {
        Map<String, String> podFields = Map.of(
                "metadata.namespace", namespace,
                "metadata.name", pod,
                "status.podIP", "127.0.0.1");
        Map<String, String> environment = new HashMap<>();
        // Read in a terminal, unless the container sets another format.
        environment.put("LOG_FORMAT", "text");
        container.getEnv().forEach(variable -> environment.put(variable.getName(), value(variable, podFields)));
        environment.put("KUBECONFIG", kubeconfig.toString());
        environment.put("PROBES_PORT", "0");
        environment.put("METRICS_PORT", "0");
        return environment;
    }

    private static String value(EnvVar variable, Map<String, String> podFields) {
        if (variable.getValueFrom() == null) {
            return variable.getValue() == null ? "" : variable.getValue();
        }
        return Optional.ofNullable(variable.getValueFrom().getFieldRef())
                .map(field -> podFields.get(field.getFieldPath()))
                .orElseThrow(() -> new QuickstartException(
                        "the valueFrom of variable " + variable.getName() + " is not supported here"));
    }
}

package dev.apiserversource.controller.sinkbinding;

import dev.apiserversource.controller.sink.SinkEnvironment;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The <a href="https://www.rfc-editor.org/rfc/rfc6902">JSON patch</a> by which the containers of a workload get the
 * variables of a sink, or lose them. It works for any kind with a pod template, and touches no other field.
 */
final class EnvironmentPatch {

    private final List<Map<String, Object>> operations = new ArrayList<>();
    private final Map<String, String> desired = new LinkedHashMap<>();

    private EnvironmentPatch(List<EnvVar> variables) {
        variables.forEach(variable -> desired.put(variable.getName(), variable.getValue()));
    }

    /**
     * The operations, none when the workload is as desired.
     *
     * @param variables those that the containers have afterwards; none to remove the sink
     * @throws IllegalArgumentException when there are variables and the workload has no pod template
     */
    static List<Map<String, Object>> of(GenericKubernetesResource workload, List<EnvVar> variables) {
        EnvironmentPatch patch = new EnvironmentPatch(variables);
        String pod = podPath(workload);
        if (!variables.isEmpty() && !(value(workload, pod, "containers") instanceof List)) {
            throw new IllegalArgumentException(workload.getKind() + " has no pod template");
        }
        Stream.of("containers", "initContainers")
                .forEach(list -> patch.addContainers(pod + list + "/", value(workload, pod, list)));
        return patch.operations;
    }

    private static String podPath(GenericKubernetesResource workload) {
        boolean jobTemplate = workload.get("spec", "jobTemplate") != null;
        return (jobTemplate ? "/spec/jobTemplate/spec" : "/spec") + "/template/spec/";
    }

    private static @Nullable Object value(GenericKubernetesResource workload, String path, String field) {
        Object[] keys = (path.substring(1) + field).split("/");
        return workload.get(keys);
    }

    private void addContainers(String path, @Nullable Object containers) {
        if (containers instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i) instanceof Map<?, ?> container) {
                    addVariables(path + i + "/env", container.get("env") instanceof List<?> env ? env : null);
                }
            }
        }
    }

    private void addVariables(String path, @Nullable List<?> env) {
        Map<String, String> missing = new LinkedHashMap<>(desired);
        List<Map<String, Object>> removals = new ArrayList<>();
        for (int i = 0; env != null && i < env.size(); i++) {
            Map<?, ?> variable = (Map<?, ?>) env.get(i);
            String name = String.valueOf(variable.get("name"));
            String at = path + "/" + i;
            if (missing.containsKey(name)) {
                replaceUnlessEqual(at, variable, name, String.valueOf(missing.remove(name)));
            } else if (SinkEnvironment.NAMES.contains(name)) {
                removals.add(0, Map.of("op", "remove", "path", at));
            }
        }
        operations.addAll(removals);
        if (env == null && !missing.isEmpty()) {
            operations.add(Map.of("op", "add", "path", path, "value", List.of()));
        }
        missing.forEach((name, value) -> operations.add(operation("add", path + "/-", name, value)));
    }

    /** An empty value is not stored. */
    private void replaceUnlessEqual(String path, Map<?, ?> variable, String name, String value) {
        boolean equal = variable.get("valueFrom") == null
                && value.equals(variable.get("value") == null ? "" : variable.get("value"));
        if (!equal) {
            operations.add(operation("replace", path, name, value));
        }
    }

    private static Map<String, Object> operation(String op, String path, String name, String value) {
        return Map.of("op", op, "path", path, "value", Map.of("name", name, "value", value));
    }
}

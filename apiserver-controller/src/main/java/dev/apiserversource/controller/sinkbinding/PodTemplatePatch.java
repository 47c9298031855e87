package dev.apiserversource.controller.sinkbinding;

import dev.apiserversource.controller.pod.MountedVolume;
import dev.apiserversource.controller.sink.SinkEnvironment;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/**
 * The <a href="https://www.rfc-editor.org/rfc/rfc6902">JSON patch</a> by which the containers of a workload get the
 * variables and volumes of a SinkBinding, or lose them. It works for any kind with a pod template, and touches no other
 * field.
 */
final class PodTemplatePatch {

    private final List<Map<String, Object>> operations = new ArrayList<>();
    private final NamedElements variables;
    private final NamedElements volumes;
    private final NamedElements mounts;

    /**
     * Elements of a list that are identified by their name.
     *
     * @param desired those that the list has afterwards
     * @param managed the names of those that are removed if they are not desired
     * @param equal whether an actual element is as desired
     */
    private record NamedElements(
            Map<String, Map<?, ?>> desired, Set<String> managed, BiPredicate<Map<?, ?>, Map<?, ?>> equal) {

        static NamedElements of(List<?> objects, Set<String> managed, BiPredicate<Map<?, ?>, Map<?, ?>> equal) {
            Map<String, Map<?, ?>> desired = new LinkedHashMap<>();
            for (Object object : objects) {
                Map<?, ?> element = Serialization.unmarshal(Serialization.asJson(object), Map.class);
                desired.put(String.valueOf(element.get("name")), element);
            }
            return new NamedElements(desired, managed, equal);
        }
    }

    private PodTemplatePatch(PodAdditions additions) {
        this.variables =
                NamedElements.of(additions.variables(), SinkEnvironment.NAMES, PodTemplatePatch::isSameVariable);
        this.volumes = NamedElements.of(
                additions.volumes().stream().map(MountedVolume::volume).toList(),
                PodAdditions.VOLUMES,
                PodTemplatePatch::isSameVolume);
        this.mounts = NamedElements.of(
                additions.volumes().stream().map(MountedVolume::volumeMount).toList(),
                PodAdditions.VOLUMES,
                PodTemplatePatch::isSameMount);
    }

    /**
     * The operations, none when the workload is as desired.
     *
     * @param additions what the containers have afterwards; none to remove the sink
     * @throws IllegalArgumentException when there are additions and the workload has no pod template
     */
    static List<Map<String, Object>> of(GenericKubernetesResource workload, PodAdditions additions) {
        PodTemplatePatch patch = new PodTemplatePatch(additions);
        String pod = podPath(workload);
        if (!additions.isEmpty() && !(value(workload, pod, "containers") instanceof List)) {
            throw new IllegalArgumentException(workload.getKind() + " has no pod template");
        }
        patch.add(pod + "volumes", value(workload, pod, "volumes"), patch.volumes);
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
                    add(path + i + "/env", container.get("env"), variables);
                    add(path + i + "/volumeMounts", container.get("volumeMounts"), mounts);
                }
            }
        }
    }

    private void add(String path, @Nullable Object list, NamedElements elements) {
        List<?> actual = list instanceof List<?> present ? present : List.of();
        Map<String, Map<?, ?>> missing = new LinkedHashMap<>(elements.desired());
        List<Map<String, Object>> removals = new ArrayList<>();
        for (int i = 0; i < actual.size(); i++) {
            Map<?, ?> element = (Map<?, ?>) actual.get(i);
            String name = String.valueOf(element.get("name"));
            String at = path + "/" + i;
            Map<?, ?> desired = missing.remove(name);
            if (desired == null) {
                if (elements.managed().contains(name)) {
                    removals.add(0, Map.of("op", "remove", "path", at));
                }
            } else if (!elements.equal().test(element, desired)) {
                operations.add(Map.of("op", "replace", "path", at, "value", desired));
            }
        }
        operations.addAll(removals);
        if (!(list instanceof List) && !missing.isEmpty()) {
            operations.add(Map.of("op", "add", "path", path, "value", List.of()));
        }
        missing.values().forEach(element -> operations.add(Map.of("op", "add", "path", path + "/-", "value", element)));
    }

    /** An empty value is not stored. */
    private static boolean isSameVariable(Map<?, ?> actual, Map<?, ?> desired) {
        return actual.get("valueFrom") == null
                && Objects.requireNonNullElse(actual.get("value"), "")
                        .equals(Objects.requireNonNullElse(desired.get("value"), ""));
    }

    /** The API server adds the mode of files. */
    private static boolean isSameVolume(Map<?, ?> actual, Map<?, ?> desired) {
        return actual.get("projected") instanceof Map<?, ?> found
                && desired.get("projected") instanceof Map<?, ?> wanted
                && Objects.equals(found.get("sources"), wanted.get("sources"));
    }

    private static boolean isSameMount(Map<?, ?> actual, Map<?, ?> desired) {
        return Objects.equals(actual.get("mountPath"), desired.get("mountPath"));
    }
}

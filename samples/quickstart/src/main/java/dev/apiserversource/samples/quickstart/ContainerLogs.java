package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.embedded.kubectl.PodLogs;
import io.fabric8.kubernetes.api.model.Pod;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the containers of the pods that exist have printed, for {@code kubectl logs}. */
final class ContainerLogs implements PodLogs {

    private final Map<String, Log> logs = new ConcurrentHashMap<>();

    @Override
    public Optional<Log> find(String namespace, String pod) {
        return Optional.ofNullable(logs.get(key(namespace, pod)));
    }

    /** Adds {@code lines}; {@code complete} when there will be no more. */
    void append(Pod pod, List<String> lines, boolean complete) {
        logs.merge(key(pod), new Log(lines, complete), (before, more) -> {
            List<String> all = new ArrayList<>(before.lines());
            all.addAll(more.lines());
            return new Log(all, more.complete());
        });
    }

    void forget(Pod pod) {
        logs.remove(key(pod));
    }

    private static String key(Pod pod) {
        return key(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
    }

    private static String key(String namespace, String pod) {
        return namespace + "/" + pod;
    }
}

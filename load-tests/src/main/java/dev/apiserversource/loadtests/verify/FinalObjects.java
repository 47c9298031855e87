package dev.apiserversource.loadtests.verify;

import dev.apiserversource.loadtests.sink.RecordedEvent;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The objects that the API server lists at the end: the ground truth where the written changes are not all that happened:
 * objects expired, or etcd was set back.
 *
 * @param versions the resourceVersion of each object, by subject
 */
public record FinalObjects(Map<String, String> versions) {

    /** Keeps a copy. */
    public FinalObjects {
        versions = Map.copyOf(versions);
    }

    /**
     * The objects of which a sink has another state than the API server.
     *
     * @param last of each object the event that arrived last
     */
    public List<String> notIn(List<RecordedEvent> last) {
        Map<String, String> received = new HashMap<>();
        last.stream()
                .filter(event -> !event.verb().equals("delete"))
                .forEach(event ->
                        received.put(event.subject(), Objects.requireNonNullElse(event.resourceVersion(), "")));
        List<String> lost = new ArrayList<>();
        versions.forEach((subject, version) -> {
            if (!version.equals(received.get(subject))) {
                lost.add(subject + " at " + version + " instead of " + received.get(subject));
            }
        });
        received.keySet().stream()
                .filter(subject -> !versions.containsKey(subject))
                .forEach(subject -> lost.add("delete of " + subject));
        return lost;
    }
}

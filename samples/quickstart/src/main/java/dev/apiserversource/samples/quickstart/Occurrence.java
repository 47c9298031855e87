package dev.apiserversource.samples.quickstart;

import org.jspecify.annotations.Nullable;

/**
 * One of the things that happen to a pod and are told by an Event object.
 *
 * @param reason the short machine-readable name that Kubernetes gives it
 * @param message the same for people
 * @param component who tells it
 * @param container which of the pod's containers it happens to; null for the pod as a whole
 */
record Occurrence(
        String reason,
        String message,
        String component,
        @Nullable String container) {

    private static final String KUBELET = "kubelet";

    static Occurrence scheduled(String pod, String node) {
        return new Occurrence("Scheduled", "Successfully assigned " + pod + " to " + node, "default-scheduler", null);
    }

    static Occurrence pulling(String container, String image) {
        return new Occurrence("Pulling", "Pulling image \"" + image + "\"", KUBELET, container);
    }

    static Occurrence pulled(String container, String image) {
        return new Occurrence("Pulled", "Successfully pulled image \"" + image + "\"", KUBELET, container);
    }

    static Occurrence created(String container) {
        return new Occurrence("Created", "Created container " + container, KUBELET, container);
    }

    static Occurrence started(String container) {
        return new Occurrence("Started", "Started container " + container, KUBELET, container);
    }

    static Occurrence killing(String container) {
        return new Occurrence("Killing", "Stopping container " + container, KUBELET, container);
    }
}

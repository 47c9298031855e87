package dev.apiserversource.samples.embedded;

import java.util.List;
import java.util.Optional;

/** What the programs print that the pods of an embedded API server pretend to run; behind {@code kubectl logs}. */
@FunctionalInterface
public interface PodLogs {

    /** No pod has printed anything. */
    PodLogs NONE = (namespace, pod) -> Optional.empty();

    /** The lines printed so far, or empty when the pod's program is not known. Called on the event loop: must not block. */
    Optional<Log> find(String namespace, String pod);

    /**
     * What one program has printed.
     *
     * @param lines without line ends, oldest first
     * @param complete whether the program has ended, so that no more will come
     */
    record Log(List<String> lines, boolean complete) {

        public Log {
            lines = List.copyOf(lines);
        }
    }
}

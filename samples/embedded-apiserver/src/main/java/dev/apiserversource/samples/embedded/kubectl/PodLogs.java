package dev.apiserversource.samples.embedded.kubectl;

import java.util.List;
import java.util.Optional;

/** The output of the programs that pods of an embedded API server stand for; shown by {@code kubectl logs}. */
@FunctionalInterface
public interface PodLogs {

    /** No pod has any output. */
    PodLogs NONE = (namespace, pod) -> Optional.empty();

    /** The output so far; empty when the pod has no program. Called on the event loop, must not block. */
    Optional<Log> find(String namespace, String pod);

    /**
     * The output of one program.
     *
     * @param lines without line ends, oldest first
     * @param complete whether the program has ended, so that no lines follow
     */
    record Log(List<String> lines, boolean complete) {

        public Log {
            lines = List.copyOf(lines);
        }

        /** The lines from this index; none when there are fewer. */
        List<String> from(int index) {
            return lines.subList(Math.min(index, lines.size()), lines.size());
        }
    }
}

package dev.apiserversource.frame;

import dev.apiserversource.frame.leader.Problem;
import io.vertx.core.Future;

import java.util.List;

/**
 * A source: reads changes and dispatches them as events. It lives on one event loop, which calls {@link #start}, {@link
 * #drain} and {@link #stop} in this order, each at most once.
 */
public interface SourceAdapter {

    /** Starts to read. Called when this process becomes the leader; not at all when it stays standby. */
    void start();

    /** What is missing before this source is ready, for people; empty when nothing is. Asked after {@link #start}. */
    default List<String> notReady() {
        return List.of();
    }

    /** What keeps this source from its work at the moment; empty when nothing does. Asked while it is the leader. */
    default List<Problem> problems() {
        return List.of();
    }

    /**
     * How far a long piece of work is, as a JSON object that the source defines; empty when there is none. Published on
     * the Lease, for the controller. Asked while it is the leader.
     */
    default String progress() {
        return "";
    }

    /**
     * What would keep this source from working if this process became the leader, for people; empty when nothing would.
     * Asked instead of {@link #notReady} while another process is the leader. A rollout ends the old leader only when
     * the new process is ready, so a source that cannot work should say so here. The first question may start a check.
     */
    default List<String> notReadyAsStandby() {
        return List.of();
    }

    /** Reads and dispatches nothing more. Pending events are delivered after this, for at most the drain timeout. */
    void drain();

    /** Writes what the next process needs, and closes connections. No event settles after this. */
    default Future<Void> stop() {
        return Future.succeededFuture();
    }
}

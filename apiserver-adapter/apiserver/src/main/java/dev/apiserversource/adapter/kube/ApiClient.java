package dev.apiserversource.adapter.kube;

import java.time.Duration;
import java.util.Optional;

/** Reads from the Kubernetes API, chunk by chunk and only as fast as it is asked to. */
public interface ApiClient {

    /**
     * Sends {@code request}; what comes back goes to {@code answer}, on the calling event loop and never before this method has returned.
     */
    Exchange get(ApiRequest request, Answer answer);

    /** A request under way. */
    interface Exchange {

        /** Asks for one more chunk of the body; to be called once for each chunk wanted, the first time after the head has come. */
        void pull();

        /** Gives the answer up; nothing reaches the {@link Answer} any more. */
        void cancel();
    }

    /** The parts of an answer, in order: a head, chunks as they are pulled, and an end; or a failure at any point. */
    interface Answer {

        /** The status line and what counts of the headers: {@code Retry-After}, when there is a valid one. */
        void head(int status, Optional<Duration> retryAfter);

        /** The next bytes of the body; the array belongs to the receiver. */
        void chunk(byte[] bytes);

        /** The body is complete. */
        void end();

        /** The connection could not be made, or was cut. */
        void failed(Throwable cause);
    }
}

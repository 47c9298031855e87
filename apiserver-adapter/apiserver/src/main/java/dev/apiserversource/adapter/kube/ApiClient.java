package dev.apiserversource.adapter.kube;

import java.time.Duration;
import java.util.Optional;

/** Reads from the Kubernetes API chunk by chunk. No chunk is read from the connection before it is requested. */
public interface ApiClient {

    /**
     * Sends {@code request}. The response arrives at {@code listener} on the calling event loop, and never before this
     * method has returned. A failure arrives there, too: this method does not throw.
     */
    Exchange get(ApiRequest request, ResponseListener listener);

    /** A request whose response is not complete. */
    interface Exchange {

        /** Requests one more chunk of the body. Call it once per chunk, first after the head has arrived. */
        void pull();

        /** Closes the exchange. The listener is not called again. */
        void cancel();
    }

    /** Receives the head, one chunk for each pull, and the end. A failure may come at any point and ends it too. */
    interface ResponseListener {

        /** The status code, and the wait of {@code Retry-After} if the header is present and valid. */
        void onHead(int status, Optional<Duration> retryAfter);

        /** The next bytes of the body. The array belongs to the listener. */
        void onChunk(byte[] bytes);

        /** The body is complete. */
        void onEnd();

        /** The connection could not be opened, or was closed before the end of the body. */
        void onFailure(Throwable cause);
    }
}

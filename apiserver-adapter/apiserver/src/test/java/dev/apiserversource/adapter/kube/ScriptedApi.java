package dev.apiserversource.adapter.kube;

import dev.apiserversource.adapter.json.Bytes;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** An API server whose responses a test scripts call by call. It sends a chunk only when one is pulled. */
public final class ScriptedApi implements ApiClient {

    private final List<Call> calls = new ArrayList<>();

    @Override
    public Exchange get(ApiRequest request, ResponseListener listener) {
        Call call = new Call(request, listener);
        calls.add(call);
        return call;
    }

    public int count() {
        return calls.size();
    }

    /** All calls, the newest last. */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /** The newest call. */
    public Call last() {
        return calls.get(calls.size() - 1);
    }

    /** The newest call that requests whole objects, or only metadata. */
    public Call last(boolean metadataOnly) {
        return calls.stream()
                .filter(call -> call.request.accept().contains("PartialObjectMetadata") == metadataOnly)
                .reduce((older, newer) -> newer)
                .orElseThrow();
    }

    /** How many calls requested only metadata. */
    public int metadataCalls() {
        return (int) calls.stream()
                .filter(call -> call.request.accept().contains("PartialObjectMetadata"))
                .count();
    }

    /** One request and its response. */
    public static final class Call implements Exchange {

        private final ApiRequest request;
        private final ResponseListener listener;
        private final Queue<byte[]> chunks = new ArrayDeque<>();
        private int pulled;
        private int sent;
        private boolean ending;
        private boolean cancelled;
        private boolean closed;

        private Call(ApiRequest request, ResponseListener listener) {
            this.request = request;
            this.listener = listener;
        }

        @Override
        public void pull() {
            if (++pulled - sent > 1) {
                throw new AssertionError("pulled a second chunk before the first arrived");
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        public String url() {
            return request.pathAndQuery();
        }

        public boolean isCancelled() {
            return cancelled;
        }

        /** Whether the connection was cut or the request cancelled. */
        public boolean isClosed() {
            return closed || cancelled;
        }

        /** How many chunks were pulled, including those that are not sent yet. */
        public int pulled() {
            return pulled;
        }

        public Call ok() {
            listener.onHead(200, Optional.empty());
            return this;
        }

        /** Responds with an error status and a Status object. */
        public void refuse(int status, String message) {
            refuse(status, message, Optional.empty());
        }

        public void refuse(int status, String message, Optional<Duration> retryAfter) {
            listener.onHead(status, retryAfter);
            send("{\"kind\":\"Status\",\"message\":\"" + message + "\"}");
            end();
        }

        /** Sends a chunk for each text, as soon as it is pulled. */
        public Call send(String... texts) {
            for (String text : texts) {
                chunks.add(Bytes.utf8(text));
            }
            deliver();
            return this;
        }

        /** Sends the chunks that were pulled since, and the end after the last. */
        public void deliver() {
            while (!cancelled && pulled > sent && !chunks.isEmpty()) {
                sent++;
                listener.onChunk(chunks.remove());
            }
            if (!cancelled && ending && chunks.isEmpty()) {
                ending = false;
                listener.onEnd();
            }
        }

        /** Ends the body after all chunks. */
        public void end() {
            ending = true;
            deliver();
        }

        /** Cuts the connection. Chunks that were not pulled are lost. */
        public void cut() {
            chunks.clear();
            closed = true;
            listener.onFailure(new IOException("connection reset"));
        }
    }
}

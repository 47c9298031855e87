package dev.apiserversource.adapter.kube;

import dev.apiserversource.adapter.json.Bytes;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** An API server that does what a test tells it to, call by call, and hands out a chunk only when it is pulled. */
public final class ScriptedApi implements ApiClient {

    private final List<Call> calls = new ArrayList<>();

    @Override
    public Exchange get(ApiRequest request, Answer answer) {
        Call call = new Call(request, answer);
        calls.add(call);
        return call;
    }

    public int count() {
        return calls.size();
    }

    /** The newest call. */
    public Call last() {
        return calls.get(calls.size() - 1);
    }

    /** One request and what it is answered. */
    public static final class Call implements Exchange {

        private final ApiRequest request;
        private final Answer answer;
        private final Queue<byte[]> chunks = new ArrayDeque<>();
        private int pulled;
        private int handedOut;
        private boolean ending;
        private boolean cancelled;

        private Call(ApiRequest request, Answer answer) {
            this.request = request;
            this.answer = answer;
        }

        @Override
        public void pull() {
            if (++pulled - handedOut > 1) {
                throw new AssertionError("pulled a second chunk before the first has come");
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

        /** How many chunks were asked for, those that have not come yet included. */
        public int pulled() {
            return pulled;
        }

        public Call ok() {
            answer.head(200, Optional.empty());
            return this;
        }

        /** Answers with an error whose message is in a Status object. */
        public void refuse(int status, String message) {
            refuse(status, message, Optional.empty());
        }

        public void refuse(int status, String message, Optional<Duration> retryAfter) {
            answer.head(status, retryAfter);
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

        /** Whatever was pulled meanwhile. */
        public void deliver() {
            while (!cancelled && pulled > handedOut && !chunks.isEmpty()) {
                handedOut++;
                answer.chunk(chunks.remove());
            }
            if (!cancelled && ending && chunks.isEmpty()) {
                ending = false;
                answer.end();
            }
        }

        /** The end of the body, after all that was sent. */
        public void end() {
            ending = true;
            deliver();
        }

        /** The connection is lost, and with it what nobody has pulled. */
        public void cut() {
            chunks.clear();
            answer.failed(new java.io.IOException("connection reset"));
        }
    }
}

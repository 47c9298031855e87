package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.json.Bytes;
import dev.apiserversource.adapter.kube.ApiClient;
import dev.apiserversource.adapter.kube.ApiRequest;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.frame.time.SimulatedTime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * An API server with one collection, in memory and in simulated time. It keeps objects and their history, and serves
 * streaming lists, lists in pages and watches in chunks of random size. Every request may fail at random.
 */
public final class SimulatedApi implements ApiClient {

    /** A state of an object. */
    public record State(String name, String uid, int version) {
        String json() {
            return Frames.object(name, uid, version);
        }
    }

    /** A write. For a delete, {@code state} is the last state of the object. */
    public record Write(Change.Kind kind, State state) {
        String frame() {
            return "{\"type\":\"%s\",\"object\":%s}\n".formatted(kind, state.json());
        }
    }

    /** All writes, including those that are no longer in the history. */
    public final List<Write> writes = new ArrayList<>();

    public final Map<String, State> objects = new TreeMap<>();
    private final Map<String, List<State>> snapshots = new LinkedHashMap<>();
    private final List<Call> open = new ArrayList<>();
    private final SplittableRandom random;
    private final SimulatedTime time;
    private final boolean streamingLists;
    private final boolean forgets;
    private int version = 1;
    private int restores;
    private int forgottenUpTo;
    private double faultRate;

    /** Creates an API server without objects. With {@code forgets} it loses its history at random. */
    public SimulatedApi(SplittableRandom random, SimulatedTime time, boolean streamingLists, boolean forgets) {
        this.random = random;
        this.time = time;
        this.streamingLists = streamingLists;
        this.forgets = forgets;
    }

    /** Sets the probability of each fault. */
    public void faultRate(double probability) {
        faultRate = probability;
    }

    /** Writes once at random: creates, updates or deletes an object, or deletes some in one transaction. */
    public void write() {
        if (random.nextInt(12) == 0) {
            expire();
        } else {
            writeOne();
        }
        if (forgets && random.nextDouble() < faultRate) {
            forgottenUpTo = version - random.nextInt(10);
            snapshots.clear();
        }
        List.copyOf(open).forEach(Call::deliver);
    }

    /** A lease expires: etcd deletes its objects in one transaction, so all deletes have one version. */
    private void expire() {
        version += 1 + random.nextInt(3);
        List<State> expired =
                objects.values().stream().filter(state -> random.nextBoolean()).toList();
        expired.forEach(state -> delete(state.name()));
    }

    private void writeOne() {
        String name = "o" + random.nextInt(12);
        State before = objects.get(name);
        version += 1 + random.nextInt(3);
        if (before == null) {
            put(Change.Kind.ADDED, new State(name, "uid-" + restores + "-" + version, version));
        } else if (random.nextInt(3) > 0) {
            put(Change.Kind.MODIFIED, new State(name, before.uid(), version));
        } else {
            delete(name);
        }
    }

    private void delete(String name) {
        State deleted = objects.remove(name);
        writes.add(new Write(Change.Kind.DELETED, new State(name, deleted.uid(), version)));
    }

    /** Loses the history. A watch from an older version gets 410. */
    public void forgetHistory() {
        forgottenUpTo = version;
        snapshots.clear();
    }

    /** etcd is restored from a backup that is some writes old, and the API server restarts. */
    public void restore() {
        List<Write> kept = List.copyOf(writes.subList(0, writes.size() - 1 - random.nextInt(20)));
        version = kept.get(kept.size() - 1).state().version();
        writes.clear();
        objects.clear();
        kept.forEach(this::replay);
        snapshots.clear();
        restores++;
        List.copyOf(open).forEach(Call::fail);
    }

    private void replay(Write write) {
        writes.add(write);
        if (write.kind() == Change.Kind.DELETED) {
            objects.remove(write.state().name());
        } else {
            objects.put(write.state().name(), write.state());
        }
    }

    private void put(Change.Kind kind, State state) {
        objects.put(state.name(), state);
        writes.add(new Write(kind, state));
    }

    @Override
    public Exchange get(ApiRequest request, ResponseListener listener) {
        Call call = new Call(request.pathAndQuery(), listener);
        time.after(Duration.ofMillis(random.nextInt(50)), call::begin);
        return call;
    }

    private boolean isFaulty() {
        return random.nextDouble() < faultRate;
    }

    /** One request and its response. */
    private final class Call implements Exchange {

        private final String url;
        private final ResponseListener listener;
        private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();
        private boolean pulled;
        private boolean closed;
        private boolean endsWhenSent;
        private boolean live;
        private int from;
        private int sentUpTo;

        Call(String url, ResponseListener listener) {
            this.url = url;
            this.listener = listener;
        }

        @Override
        public void pull() {
            assert !pulled : "pulled twice";
            pulled = true;
            time.after(Duration.ofMillis(random.nextInt(20)), this::deliver);
        }

        @Override
        public void cancel() {
            close();
        }

        private void close() {
            closed = true;
            open.remove(this);
        }

        void begin() {
            if (closed) {
                return;
            }
            if (isFaulty()) {
                fail();
            } else if (isFaulty()) {
                refuse(List.of(500, 503, 429, 403, 401).get(random.nextInt(5)), "in trouble");
            } else if (url.equals("/api/v1")) {
                discovery();
            } else if (url.contains("sendInitialEvents")) {
                streamingList();
            } else if (url.contains("watch=true")) {
                watch(Integer.parseInt(parameter("resourceVersion")));
            } else {
                page();
            }
        }

        private void discovery() {
            append("{\"resources\":[{\"name\":\"configmaps\",\"kind\":\"ConfigMap\",\"namespaced\":true,"
                    + "\"verbs\":[\"list\",\"watch\"]}]}");
            endsWhenSent = true;
            listener.onHead(200, Optional.empty());
        }

        private void streamingList() {
            if (!streamingLists) {
                refuse(422, "sendInitialEvents is forbidden");
                return;
            }
            objects.values().forEach(state -> append(new Write(Change.Kind.ADDED, state).frame()));
            append(Frames.initialEnd(version));
            stream(version);
        }

        private void watch(int from) {
            if (from >= forgottenUpTo) {
                stream(from);
            } else {
                switch (random.nextInt(3)) {
                    case 0 -> refuse(410, "too old resource version");
                    case 1 -> end(Frames.error(410, "too old resource version"));
                    default -> end("");
                }
            }
        }

        private void end(String body) {
            append(body);
            endsWhenSent = true;
            listener.onHead(200, Optional.empty());
            deliver();
        }

        private void stream(int start) {
            from = start;
            sentUpTo = start;
            live = true;
            open.add(this);
            time.after(Duration.ofSeconds(Long.parseLong(parameter("timeoutSeconds"))), this::timeOut);
            listener.onHead(200, Optional.empty());
            deliver();
        }

        private void timeOut() {
            endsWhenSent = true;
            deliver();
        }

        private void page() {
            String token = parameter("continue");
            if (!token.isEmpty() && !snapshots.containsKey(token)) {
                refuse(410, "the provided continue parameter is too old");
                return;
            }
            String fields = parameter("fieldSelector");
            List<State> left = token.isEmpty()
                    ? objects.values().stream()
                            .filter(state -> fields.isEmpty() || fields.equals("metadata.name%3D" + state.name()))
                            .toList()
                    : snapshots.get(token);
            int listed = token.isEmpty() ? version : Integer.parseInt(token.substring(1, token.indexOf('-')));
            int limit = Math.min(left.size(), Integer.parseInt(parameter("limit")));
            String next = limit == left.size() ? "" : "v" + listed + "-" + (left.size() - limit);
            snapshots.put(next, left.subList(limit, left.size()));
            append(Frames.page(
                    listed,
                    next,
                    left.subList(0, limit).stream().map(State::json).toArray(String[]::new)));
            endsWhenSent = true;
            listener.onHead(200, Optional.empty());
        }

        private String parameter(String name) {
            return Arrays.stream(url.substring(url.indexOf('?') + 1).split("&"))
                    .filter(pair -> pair.startsWith(name + "="))
                    .map(pair -> pair.substring(name.length() + 1))
                    .findFirst()
                    .orElse("");
        }

        private void append(String text) {
            unsent.writeBytes(Bytes.utf8(text));
        }

        private void refuse(int status, String message) {
            append("{\"kind\":\"Status\",\"message\":\"" + message + "\"}");
            endsWhenSent = true;
            listener.onHead(status, status == 429 ? Optional.of(Duration.ofSeconds(3)) : Optional.empty());
        }

        private void fail() {
            close();
            listener.onFailure(new IOException("connection reset"));
        }

        /** Sends the next part of the response if there is one and it was pulled, or the end. */
        void deliver() {
            if (closed) {
                return;
            }
            if (live && isFaulty()) {
                fault();
                // An open watch sends late, but it does not keep a change back for long.
                time.after(Duration.ofMillis(random.nextInt(500)), this::deliver);
                return;
            }
            readWrites();
            if (unsent.size() > 0 && pulled) {
                pulled = false;
                listener.onChunk(nextChunk());
            } else if (unsent.size() == 0 && endsWhenSent) {
                close();
                listener.onEnd();
            }
        }

        private void fault() {
            List<Supplier<String>> frames = List.of(
                    () -> Frames.error(500, "leader changed"),
                    () -> "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\n",
                    () -> Frames.bookmark(sentUpTo));
            switch (random.nextInt(3)) {
                case 0 -> fail();
                // Three watches in a row without a frame would mean that the history is lost.
                case 1 -> endsWhenSent = sentUpTo > from;
                default -> {
                    if (live && !endsWhenSent) {
                        append(frames.get(random.nextInt(frames.size())).get());
                    }
                }
            }
        }

        private void readWrites() {
            if (live && !endsWhenSent) {
                List<Write> news = writes.stream()
                        .filter(write -> write.state().version() > sentUpTo)
                        .toList();
                news.forEach(write -> append(write.frame()));
                sentUpTo = news.isEmpty()
                        ? sentUpTo
                        : news.get(news.size() - 1).state().version();
            }
        }

        private byte[] nextChunk() {
            byte[] all = unsent.toByteArray();
            int length = Math.min(all.length, 1 + random.nextInt(400));
            unsent.reset();
            unsent.write(all, length, all.length - length);
            return Arrays.copyOf(all, length);
        }
    }
}

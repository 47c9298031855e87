package dev.apiserversource.adapter.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.adapter.json.ByteAccumulator;
import dev.apiserversource.adapter.json.ByteSlice;
import dev.apiserversource.adapter.kube.ApiRequest;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.PullReader;
import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.ResourceType;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Asks the API server which resource is meant.
 *
 * <p>Senders that do not ask themselves guess the plural from the kind, so a name that no resource bears is also compared with singular
 * names, kinds, and what such a guess makes of each kind: {@code oxs} finds kind Ox, plural {@code oxen}.
 */
final class Discovery {

    private static final int MOST_BYTES = 8 * 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StreamEnvironment environment;

    Discovery(StreamEnvironment environment) {
        this.environment = environment;
    }

    /** What discovery says of a requested resource. */
    sealed interface Answer {

        /** It exists. */
        record Found(ResourceType type) implements Answer {}

        /** The API server does not know it, or nobody can watch it. */
        record Missing(String why) implements Answer {}

        /** The API server did not say. */
        record Unknown(WatchFailure why) implements Answer {}
    }

    /** Asks; {@code answer} is called once, unless the returned transfer is cancelled before. */
    PullReader find(RequestedResource requested, Consumer<Answer> answer) {
        Body body = new Body(requested, answer);
        // Discovery makes no changes, so it needs no room.
        PullReader transfer = new PullReader(
                Capacity.ALWAYS, environment.timers(), environment.settings().patience(), body);
        transfer.start(environment.api(), ApiRequest.discovery(requested.group(), requested.version()));
        return transfer;
    }

    /** Chooses the resource that {@code requested} means out of an APIResourceList. */
    static Answer choose(RequestedResource requested, JsonNode list) {
        List<JsonNode> resources = StreamSupport.stream(list.path("resources").spliterator(), false)
                .filter(r -> !r.path("name").asText().contains("/"))
                .toList();
        String wanted = requested.name().toLowerCase(Locale.ROOT);
        Optional<JsonNode> found = Stream.concat(
                        resources.stream().filter(r -> r.path("name").asText().equals(wanted)),
                        resources.stream().filter(r -> otherNames(r).anyMatch(wanted::equals)))
                .findFirst();
        return found.map(r -> watchable(requested, r))
                .orElseGet(() -> new Answer.Missing("the API server has no resource " + requested.id()));
    }

    private static Answer watchable(RequestedResource requested, JsonNode resource) {
        List<String> verbs = StreamSupport.stream(resource.path("verbs").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        if (!verbs.containsAll(List.of("list", "watch"))) {
            return new Answer.Missing(requested.id() + " cannot be watched: its verbs are " + verbs);
        }
        return new Answer.Found(new ResourceType(
                requested.group(),
                requested.version(),
                resource.path("name").asText(),
                resource.path("kind").asText(),
                resource.path("namespaced").asBoolean()));
    }

    private static Stream<String> otherNames(JsonNode resource) {
        String kind = resource.path("kind").asText().toLowerCase(Locale.ROOT);
        return Stream.of(resource.path("singularName").asText(), kind, guessedPlural(kind));
    }

    /** How Kubernetes' own {@code meta.UnsafeGuessKindToResource} makes a plural. */
    private static String guessedPlural(String kind) {
        if (kind.endsWith("s")) {
            return kind + "es";
        }
        return kind.endsWith("y") ? kind.substring(0, kind.length() - 1) + "ies" : kind + "s";
    }

    /** Gathers the answer. */
    private static final class Body implements PullReader.Body {

        private final RequestedResource requested;
        private final Consumer<Answer> answer;
        private final ByteAccumulator text = new ByteAccumulator();

        Body(RequestedResource requested, Consumer<Answer> answer) {
            this.requested = requested;
            this.answer = answer;
        }

        @Override
        public void opened() {}

        @Override
        public void feed(byte[] chunk) {
            text.append(chunk, 0, chunk.length);
        }

        @Override
        public PullReader.Step advance() throws IOException {
            if (text.length() > MOST_BYTES) {
                throw new IOException("discovery of more than " + MOST_BYTES + " bytes");
            }
            return PullReader.Step.HUNGRY;
        }

        @Override
        public void closed(WatchFailure why) {
            answer.accept(
                    switch (why.cause()) {
                        case ENDED -> parse();
                        case NOT_FOUND ->
                            new Answer.Missing("the API server does not serve "
                                    + ResourceType.apiVersion(requested.group(), requested.version()));
                        default -> new Answer.Unknown(why);
                    });
        }

        private Answer parse() {
            ByteSlice whole = text.take();
            try {
                return choose(requested, JSON.readTree(whole.bytes(), whole.from(), whole.length()));
            } catch (IOException malformed) {
                return new Answer.Unknown(
                        WatchFailure.of(WatchFailure.Cause.MALFORMED, "discovery: " + malformed.getMessage()));
            }
        }
    }
}

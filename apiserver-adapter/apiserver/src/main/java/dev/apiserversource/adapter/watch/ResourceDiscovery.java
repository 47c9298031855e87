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
 * Looks up requested resources in the discovery documents of the API server.
 *
 * <p>Knative's controller guesses a plural from the kind. So a name that is no plural is also compared with singular
 * names, with kinds, and with the guess for each kind: {@code oxs} finds kind Ox with the plural {@code oxen}.
 */
final class ResourceDiscovery {

    private static final int MAX_BYTES = 8 * 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StreamDependencies dependencies;

    ResourceDiscovery(StreamDependencies dependencies) {
        this.dependencies = dependencies;
    }

    /** Result of a lookup. */
    sealed interface Result {

        /** The resource exists and can be watched. */
        record Found(ResourceType type) implements Result {}

        /** The API server has no such resource, or it cannot be watched. */
        record NotFound(String reason) implements Result {}

        /** The API server did not return a discovery document. */
        record Failed(WatchFailure failure) implements Result {}
    }

    /** Looks up {@code requested}. Calls {@code listener} once, unless the returned reader is cancelled before. */
    PullReader find(RequestedResource requested, Consumer<Result> listener) {
        PullReader reader = dependencies.readerWithoutCapacity(new DocumentDecoder(requested, listener));
        reader.start(dependencies.api(), ApiRequest.discovery(requested.group(), requested.version()));
        return reader;
    }

    /** Selects {@code requested} from an APIResourceList. */
    static Result select(RequestedResource requested, JsonNode list) {
        List<JsonNode> resources = StreamSupport.stream(list.path("resources").spliterator(), false)
                .filter(r -> !r.path("name").asText().contains("/"))
                .toList();
        String name = requested.name().toLowerCase(Locale.ROOT);
        Optional<JsonNode> found = Stream.concat(
                        resources.stream().filter(r -> r.path("name").asText().equals(name)),
                        resources.stream().filter(r -> otherNames(r).anyMatch(name::equals)))
                .findFirst();
        return found.map(r -> watchable(requested, r))
                .orElseGet(() -> new Result.NotFound("the API server has no resource " + requested.id()));
    }

    private static Result watchable(RequestedResource requested, JsonNode resource) {
        List<String> verbs = StreamSupport.stream(resource.path("verbs").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        if (!verbs.containsAll(List.of("list", "watch"))) {
            return new Result.NotFound(requested.id() + " cannot be watched: its verbs are " + verbs);
        }
        return new Result.Found(new ResourceType(
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

    /** The plural that {@code meta.UnsafeGuessKindToResource} of Kubernetes guesses. */
    private static String guessedPlural(String kind) {
        if (kind.endsWith("s")) {
            return kind + "es";
        }
        return kind.endsWith("y") ? kind.substring(0, kind.length() - 1) + "ies" : kind + "s";
    }

    /** Collects one discovery document and selects from it. */
    private static final class DocumentDecoder implements PullReader.ResponseDecoder {

        private final RequestedResource requested;
        private final Consumer<Result> listener;
        private final ByteAccumulator document = new ByteAccumulator();

        DocumentDecoder(RequestedResource requested, Consumer<Result> listener) {
            this.requested = requested;
            this.listener = listener;
        }

        @Override
        public void opened() {}

        @Override
        public void feed(byte[] chunk) {
            document.append(chunk, 0, chunk.length);
        }

        @Override
        public int heldBytes() {
            return document.length();
        }

        @Override
        public PullReader.Step advance(Capacity capacity) throws IOException {
            if (document.length() > MAX_BYTES) {
                throw new IOException("discovery document of more than " + MAX_BYTES + " bytes");
            }
            return PullReader.Step.NEED_MORE_INPUT;
        }

        @Override
        public void closed(WatchFailure failure) {
            listener.accept(
                    switch (failure.cause()) {
                        case ENDED -> parse();
                        case NOT_FOUND ->
                            new Result.NotFound("the API server does not serve "
                                    + ResourceType.apiVersion(requested.group(), requested.version()));
                        default -> new Result.Failed(failure);
                    });
        }

        private Result parse() {
            ByteSlice text = document.take();
            try {
                return select(requested, JSON.readTree(text.bytes(), text.from(), text.length()));
            } catch (IOException malformed) {
                return new Result.Failed(
                        WatchFailure.of(WatchFailure.Cause.MALFORMED, "discovery: " + malformed.getMessage()));
            }
        }
    }
}

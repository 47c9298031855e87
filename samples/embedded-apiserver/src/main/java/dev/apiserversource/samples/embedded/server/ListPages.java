package dev.apiserversource.samples.embedded.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.store.ApiException;
import dev.apiserversource.samples.embedded.store.Json;
import dev.apiserversource.samples.embedded.store.ListOptions;
import dev.apiserversource.samples.embedded.store.ObjectKey;
import dev.apiserversource.samples.embedded.store.ObjectStore;
import dev.apiserversource.samples.embedded.store.ResourceKind;
import io.vertx.core.buffer.Buffer;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Lists, whole or in pages. All pages of a list show the objects at the same resourceVersion.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks">
 *     Retrieving large results sets in chunks</a>
 */
final class ListPages {

    private final ObjectStore store;

    ListPages(ObjectStore store) {
        this.store = store;
    }

    /** One page; {@code namespace} is empty for all. 410 when the history of the snapshot is compacted. */
    ObjectNode page(ObjectView view, String namespace, ListOptions options) {
        ResourceKind kind = view.kind();
        Token from = options.continueToken().isEmpty() ? start(kind, options) : Token.decode(options.continueToken());
        List<Map.Entry<ObjectKey, ObjectNode>> rest = objects(kind, from).entrySet().stream()
                .filter(entry ->
                        namespace.isEmpty() || entry.getKey().namespace().equals(namespace))
                .filter(entry -> options.selector().test(entry.getValue()))
                .toList();
        int size = options.limit() == 0 ? rest.size() : Math.min(options.limit(), rest.size());
        ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(from.version()));
        if (size < rest.size()) {
            metadata.put("continue", from.after(rest.get(size - 1).getKey()).encode());
            if (!options.isSelective()) {
                metadata.put("remainingItemCount", rest.size() - size);
            }
        }
        return view.list(metadata, rest.stream().limit(size).map(Map.Entry::getValue));
    }

    private Token start(ResourceKind kind, ListOptions options) {
        long current = store.version();
        long asked = options.resourceVersion().orElse(0);
        if (asked > current) {
            throw ApiException.tooLargeResourceVersion(asked, current);
        }
        if (options.isExactMatch()) {
            store.at(kind, asked);
        }
        return new Token(options.isExactMatch() ? asked : current, new ObjectKey("", ""));
    }

    private NavigableMap<ObjectKey, ObjectNode> objects(ResourceKind kind, Token from) {
        try {
            return store.at(kind, from.version()).tailMap(from.last(), false);
        } catch (ApiException expired) {
            boolean firstPage = from.last().name().isEmpty();
            throw firstPage ? expired : ApiException.expiredContinue(new Token(store.version(), from.last()).encode());
        }
    }

    /** The next page starts after {@code last} in the snapshot at {@code version}. */
    private record Token(long version, ObjectKey last) {

        Token after(ObjectKey key) {
            return new Token(version, key);
        }

        String encode() {
            ObjectNode token = Json.object().put("v", "meta.k8s.io/v1").put("rv", version);
            token.put("start", last.namespace() + "/" + last.name());
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Json.bytes(token).getBytes());
        }

        static Token decode(String text) {
            try {
                ObjectNode token =
                        Json.parseObject(Buffer.buffer(Base64.getUrlDecoder().decode(text)));
                String[] start = token.path("start").asText().split("/", 2);
                return new Token(token.path("rv").asLong(), new ObjectKey(start[0], start[1]));
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                throw ApiException.badRequest("invalid continue token: continue key is not valid");
            }
        }
    }
}

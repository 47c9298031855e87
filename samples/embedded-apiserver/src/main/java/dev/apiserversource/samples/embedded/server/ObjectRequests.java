package dev.apiserversource.samples.embedded.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.store.ApiException;
import dev.apiserversource.samples.embedded.store.GarbageCollector;
import dev.apiserversource.samples.embedded.store.Json;
import dev.apiserversource.samples.embedded.store.ListOptions;
import dev.apiserversource.samples.embedded.store.Metadata;
import dev.apiserversource.samples.embedded.store.ObjectStore;
import dev.apiserversource.samples.embedded.store.ResourceKind;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The verbs of the API, except watch. */
final class ObjectRequests {

    private static final String REVIEWS = "authorization.k8s.io";

    private final ObjectStore store;
    private final GarbageCollector garbage;
    private final ListPages pages;

    ObjectRequests(ObjectStore store, GarbageCollector garbage) {
        this.store = store;
        this.garbage = garbage;
        this.pages = new ListPages(store);
    }

    /** An HTTP status and a body. */
    record Response(int code, ObjectNode body) {}

    /** Whether objects of this kind are access reviews: questions that are answered and not stored. */
    static boolean isReview(ResourceKind kind) {
        return kind.group().equals(REVIEWS);
    }

    /** Handles every verb but watch; fails with the {@link ApiException} to send. */
    Response handle(ApiRequest request) {
        if (!request.path().subresource().isEmpty() && !request.isStatus()) {
            throw ApiException.noSuchResource();
        }
        return switch (request.verb()) {
            case "get" ->
                ok(request, store.require(request.kind(), request.path().key()));
            case "list" -> list(request);
            case "create" -> create(request);
            case "update" -> update(request);
            case "patch" -> patch(request);
            case "delete" -> delete(request);
            case "deletecollection" -> deleteCollection(request);
            default -> throw ApiException.methodNotAllowed();
        };
    }

    private Response list(ApiRequest request) {
        return new Response(200, pages.page(request.view(), request.path().namespace(), request.listOptions()));
    }

    private Response create(ApiRequest request) {
        return isReview(request.kind())
                ? new Response(201, allowed(request.object()))
                : create(request, request.object());
    }

    private Response create(ApiRequest request, ObjectNode object) {
        checkFields(request, object);
        ObjectNode created = store.create(request.kind(), request.path().namespace(), object, request.isDryRun());
        return new Response(201, request.view().one(created));
    }

    /** There is no authorization: every review is allowed. */
    private static ObjectNode allowed(ObjectNode review) {
        review.putObject("status").put("allowed", true);
        return review;
    }

    private Response update(ApiRequest request) {
        ObjectNode object = request.object();
        request.checkName(object);
        return ok(request, modify(request, current -> object));
    }

    private ObjectNode modify(ApiRequest request, UnaryOperator<ObjectNode> edit) {
        UnaryOperator<ObjectNode> checked = current -> checkFields(request, edit.apply(current));
        return request.isStatus()
                ? store.modifyStatus(request.kind(), request.path().key(), checked, request.isDryRun())
                : store.modify(request.kind(), request.path().key(), checked, request.isDryRun());
    }

    /** Refuses unknown fields where the client requested strict field validation, as kubectl does. */
    private static ObjectNode checkFields(ApiRequest request, ObjectNode object) {
        List<String> unknown = request.isStrict() ? request.kind().unknownFields(object) : List.of();
        if (!unknown.isEmpty()) {
            String kind = request.kind().kind();
            throw ApiException.badRequest("%s in version \"%s\" cannot be handled as a %s: strict decoding error: %s"
                    .formatted(
                            kind,
                            request.path().groupVersion().version(),
                            kind,
                            unknown.stream()
                                    .map(field -> "unknown field \"" + field + "\"")
                                    .collect(Collectors.joining(", "))));
        }
        return object;
    }

    private Response patch(ApiRequest request) {
        UnaryOperator<ObjectNode> patch = Patches.of(request, store.now());
        boolean creates = Patches.isApply(request) && !request.isStatus();
        if (creates && store.find(request.kind(), request.path().key()).isEmpty()) {
            ObjectNode named = Json.object();
            named.putObject("metadata").put("name", request.path().name());
            return create(request, patch.apply(named));
        }
        return ok(request, modify(request, patch));
    }

    private Response delete(ApiRequest request) {
        ObjectNode options = request.objectOrEmpty();
        String uid =
                Metadata.of(store.require(request.kind(), request.path().key())).uid();
        switch (request.propagationPolicy(options)) {
            case "Orphan" -> garbage.orphanDependents(uid);
            case "Foreground" -> garbage.collectDependents(uid);
            default -> {} // Background: the garbage collector listens to the store.
        }
        ObjectNode last = store.delete(request.kind(), request.path().key(), options, request.isDryRun());
        return Metadata.of(last).isTerminating()
                ? ok(request, last)
                : new Response(200, deleted(request, Metadata.of(last)));
    }

    private Response deleteCollection(ApiRequest request) {
        ListOptions options = request.listOptions();
        String namespace = request.path().namespace();
        store.at(request.kind(), store.version()).forEach((key, object) -> {
            boolean covered = namespace.isEmpty() || key.namespace().equals(namespace);
            if (covered && options.selector().test(object)) {
                store.delete(request.kind(), key, Json.object(), request.isDryRun());
            }
        });
        return new Response(200, success());
    }

    private static Response ok(ApiRequest request, ObjectNode object) {
        return new Response(200, request.view().one(object));
    }

    private static ObjectNode deleted(ApiRequest request, Metadata last) {
        ObjectNode status = success();
        ObjectNode details = status.putObject("details").put("name", last.name());
        if (!request.kind().group().isEmpty()) {
            details.put("group", request.kind().group());
        }
        details.put("kind", request.kind().plural()).put("uid", last.uid());
        return status;
    }

    private static ObjectNode success() {
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        return status.put("status", "Success");
    }
}

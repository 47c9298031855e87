package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.function.UnaryOperator;

/** Reads and writes of objects: one method for each verb of the API. */
final class ObjectRequests {

    private final ObjectStore store;
    private final GarbageCollector garbage;
    private final AccessReviews reviews;
    private final ListPages pages;

    ObjectRequests(ObjectStore store, GarbageCollector garbage, AccessReviews reviews) {
        this.store = store;
        this.garbage = garbage;
        this.reviews = reviews;
        this.pages = new ListPages(store);
    }

    /** An HTTP status and a body. */
    record Answer(int code, ObjectNode body) {}

    /** Answers {@code call}, which is no watch; fails with the {@link ApiException} to send. */
    Answer answer(ApiCall call) {
        if (!call.path().subresource().isEmpty() && !call.isOfStatus()) {
            throw ApiException.noSuchResource();
        }
        return switch (call.verb()) {
            case "get" -> ok(call, store.require(call.kind(), call.path().key()));
            case "list" -> list(call);
            case "create" -> create(call);
            case "update" -> ok(call, modify(call, current -> call.body()));
            case "patch" -> patch(call);
            case "delete" -> delete(call);
            case "deletecollection" -> deleteCollection(call);
            default -> throw ApiException.methodNotAllowed();
        };
    }

    private Answer list(ApiCall call) {
        return new Answer(200, pages.page(call.view(), call.path().namespace(), call.listOptions()));
    }

    private Answer create(ApiCall call) {
        if (AccessReviews.isReview(call.kind())) {
            return new Answer(201, reviews.answer(call.body(), call.user()));
        }
        ObjectNode created = store.create(call.kind(), call.path().namespace(), call.body(), call.isDryRun());
        return new Answer(201, call.view().one(created));
    }

    private ObjectNode modify(ApiCall call, UnaryOperator<ObjectNode> edit) {
        return store.modify(call.kind(), call.path().key(), call.part(), edit, call.isDryRun());
    }

    private Answer patch(ApiCall call) {
        UnaryOperator<ObjectNode> patch = Patches.parse(
                call.contentType(),
                call.kind(),
                call.bytes(),
                new ServerSideApply(call.fieldManager(), call.isForced(), store.now()));
        boolean mayCreate = call.contentType().startsWith(Patches.APPLY) && !call.isOfStatus();
        if (mayCreate && store.find(call.kind(), call.path().key()).isEmpty()) {
            ObjectNode named = Json.object();
            named.putObject("metadata").put("name", call.path().name());
            ObjectNode applied = patch.apply(named);
            return new Answer(
                    201, call.view().one(store.create(call.kind(), call.path().namespace(), applied, call.isDryRun())));
        }
        return ok(call, modify(call, patch));
    }

    private Answer delete(ApiCall call) {
        ObjectNode options = call.bodyOrEmpty();
        String uid = Metadata.of(store.require(call.kind(), call.path().key())).uid();
        switch (call.propagationPolicy(options)) {
            case "Orphan" -> garbage.orphanDependents(uid);
            case "Foreground" -> garbage.collectDependents(uid);
            default -> {} // In the background: that is, when the store tells of the deletion.
        }
        ObjectNode last = store.delete(call.kind(), call.path().key(), options, call.isDryRun());
        return Metadata.of(last).isTerminating() ? ok(call, last) : new Answer(200, deleted(call, Metadata.of(last)));
    }

    private Answer deleteCollection(ApiCall call) {
        ListOptions options = call.listOptions();
        store.at(call.kind(), store.version()).forEach((key, object) -> {
            boolean covered = call.path().namespace().isEmpty()
                    || key.namespace().equals(call.path().namespace());
            if (covered && options.selector().test(object)) {
                store.delete(call.kind(), key, Json.object(), call.isDryRun());
            }
        });
        return new Answer(200, success());
    }

    private static Answer ok(ApiCall call, ObjectNode object) {
        return new Answer(200, call.view().one(object));
    }

    private static ObjectNode deleted(ApiCall call, Metadata last) {
        ObjectNode status = success();
        ObjectNode details = status.putObject("details").put("name", last.name());
        if (!call.kind().group().isEmpty()) {
            details.put("group", call.kind().group());
        }
        details.put("kind", call.kind().plural()).put("uid", last.uid());
        return status;
    }

    private static ObjectNode success() {
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        return status.put("status", "Success");
    }
}

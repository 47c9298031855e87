package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Reads and writes of objects: one method for each verb of the API. */
final class ObjectRequests {

    private final ObjectStore store;
    private final ListPages pages;

    ObjectRequests(ObjectStore store) {
        this.store = store;
        this.pages = new ListPages(store);
    }

    /** Answers {@code call}, which is no watch; fails with the {@link ApiException} to send. */
    Answer answer(ApiCall call) {
        if (!call.path().subresource().isEmpty() && !call.isOfStatus()) {
            throw ApiException.noSuchResource();
        }
        return switch (call.verb()) {
            case "get" -> ok(call, store.require(call.kind(), call.path().key()));
            case "list" -> list(call);
            case "create" -> create(call);
            case "update" -> ok(call, modify(call, call.body()));
            case "patch" -> ok(call, patch(call));
            case "delete" -> delete(call);
            case "deletecollection" -> deleteCollection(call);
            default -> throw ApiException.methodNotAllowed();
        };
    }

    /** An HTTP status and a body. */
    record Answer(int code, ObjectNode body) {}

    private Answer list(ApiCall call) {
        ListOptions options = call.listOptions();
        String namespace = call.path().namespace();
        return new Answer(200, pages.page(call.kind(), call.version(), namespace, options, call.representation()));
    }

    private Answer create(ApiCall call) {
        return new Answer(
                201, call.shown(store.create(call.kind(), call.path().namespace(), call.body(), call.isDryRun())));
    }

    private ObjectNode modify(ApiCall call, ObjectNode body) {
        return store.modify(call.kind(), call.path().key(), call.part(), current -> body, call.isDryRun());
    }

    private ObjectNode patch(ApiCall call) {
        return store.modify(
                call.kind(),
                call.path().key(),
                call.part(),
                current -> MergePatch.apply(current, call.body()),
                call.isDryRun());
    }

    private Answer delete(ApiCall call) {
        ObjectNode last = store.delete(call.kind(), call.path().key(), call.bodyOrEmpty(), call.isDryRun());
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
        return new Answer(
                200, Json.object().put("kind", "Status").put("apiVersion", "v1").put("status", "Success"));
    }

    private static Answer ok(ApiCall call, ObjectNode object) {
        return new Answer(200, call.shown(object));
    }

    private static ObjectNode deleted(ApiCall call, Metadata last) {
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        ObjectNode details =
                status.put("status", "Success").putObject("details").put("name", last.name());
        if (!call.kind().group().isEmpty()) {
            details.put("group", call.kind().group());
        }
        details.put("kind", call.kind().plural()).put("uid", last.uid());
        return status;
    }
}

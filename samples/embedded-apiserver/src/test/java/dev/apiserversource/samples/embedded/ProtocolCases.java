package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.ApiClient.Reply;
import dev.apiserversource.samples.embedded.WatchReader.Frame;
import dev.apiserversource.samples.embedded.store.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a client may rely on, as cases that hold for the embedded API server and for a real one alike. Each case works
 * in a namespace of its own.
 */
abstract class ProtocolCases {

    private static final String STREAMING_LIST =
            "&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
    private static final String APPLY = "application/apply-patch+yaml";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json";

    private static final ObjectNode WIDGET_DEFINITION = ApiClient.object("""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
             "metadata":{"name":"widgets.example.com"},
             "spec":{"group":"example.com","scope":"Namespaced",
               "names":{"plural":"widgets","singular":"widget","kind":"Widget","listKind":"WidgetList"},
               "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
                 "schema":{"openAPIV3Schema":{"type":"object","required":["spec"],"properties":{
                   "spec":{"type":"object","required":["size"],"properties":{
                     "size":{"type":"integer","minimum":1,"maximum":9},
                     "mode":{"type":"string","enum":["Fast","Slow"],"default":"Fast"},
                     "code":{"type":"string","pattern":"^[a-z]+$","minLength":2,"maxLength":4},
                     "tags":{"type":"array","minItems":1,"maxItems":2,"items":{"type":"string"}},
                     "port":{"x-kubernetes-int-or-string":true},
                     "note":{"type":"string","nullable":true},
                     "parts":{"type":"array","items":{"type":"object","required":["name"],
                       "properties":{"name":{"type":"string"},"on":{"type":"boolean"}}}},
                     "labels":{"type":"object","additionalProperties":{"type":"string"}},
                     "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},
                   "status":{"type":"object","properties":{"phase":{"type":"string"}}}}}}}]}}""");

    private String namespace;
    private String configMaps;
    private String widgets;

    /** The server under test. */
    abstract ApiClient api();

    /** Makes the server drop its history, now or soon. */
    abstract void compact();

    @BeforeEach
    void createNamespace() {
        namespace = api().post("/api/v1/namespaces", "{\"metadata\":{\"generateName\":\"case-\"}}")
                .text("metadata.name");
        configMaps = "/api/v1/namespaces/" + namespace + "/configmaps";
        widgets = "/apis/example.com/v1/namespaces/" + namespace + "/widgets";
    }

    // Objects

    @Test
    void creationSetsServerOwnedMetadata() {
        Reply created =
                api().post(configMaps, "{\"metadata\":{\"name\":\"a\",\"uid\":\"mine\"},\"data\":{\"k\":\"v\"}}");

        assertThat(created.code()).isEqualTo(201);
        assertThat(created.text("kind")).isEqualTo("ConfigMap");
        assertThat(created.text("apiVersion")).isEqualTo("v1");
        assertThat(created.text("metadata.namespace")).isEqualTo(namespace);
        assertThat(created.text("metadata.uid")).hasSize(36);
        assertThat(created.resourceVersion()).matches("\\d+");
        assertThat(Instant.parse(created.text("metadata.creationTimestamp"))).isBefore(Instant.now());
        assertThat(api().get(configMaps + "/a").resourceVersion()).isEqualTo(created.resourceVersion());
    }

    @Test
    void generateNameAddsASuffix() {
        Reply created = api().post(configMaps, "{\"metadata\":{\"generateName\":\"a-\"}}");

        assertThat(created.text("metadata.name")).matches("a-[a-z0-9]{5}");
        assertThat(created.text("metadata.generateName")).isEqualTo("a-");
    }

    @Test
    void errorsAreStatusObjects() {
        create("a");

        assertStatus(api().post(configMaps, configMap("a")), 409, "AlreadyExists", "configmaps \"a\" already exists");
        assertStatus(api().get(configMaps + "/b"), 404, "NotFound", "configmaps \"b\" not found");
        assertStatus(
                api().post("/api/v1/namespaces/nowhere/configmaps", configMap("a")),
                404,
                "NotFound",
                "namespaces \"nowhere\" not found");
        assertStatus(
                api().post(configMaps, "{\"metadata\":{}}"),
                422,
                "Invalid",
                "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required");
        assertThat(api().get("/api/v1/unknowns").code()).isEqualTo(404);
        assertThat(api().get(configMaps + "/b").body().path("details"))
                .isEqualTo(ApiClient.object("{\"name\":\"b\",\"kind\":\"configmaps\"}"));
    }

    @Test
    void updateWithStaleResourceVersionConflicts() {
        Reply first = create("a");
        api().put(configMaps + "/a", "{\"metadata\":{\"name\":\"a\"},\"data\":{\"key\":\"new\"}}");

        Reply stale = api().put(configMaps + "/a", first.body().toString());

        assertStatus(
                stale,
                409,
                "Conflict",
                "Operation cannot be fulfilled on configmaps \"a\": the object has been modified;"
                        + " please apply your changes to the latest version and try again");
    }

    @Test
    void updateWithoutChangeKeepsTheResourceVersion() {
        Reply created = create("a");

        Reply same = api().put(configMaps + "/a", created.body().toString());

        assertThat(same.code()).isEqualTo(200);
        assertThat(same.resourceVersion()).isEqualTo(created.resourceVersion());
    }

    @Test
    void updateMustNameTheObjectOfTheUrl() {
        create("a");

        Reply renamed = api().put(configMaps + "/a", configMap("b"));

        assertStatus(renamed, 400, "BadRequest", "the name of the object (b) does not match the name on the URL (a)");
    }

    @Test
    void updateNeedsTheNameInTheObject() {
        create("a");

        Reply nameless = api().put(configMaps + "/a", "{\"data\":{}}");

        assertStatus(
                nameless,
                400,
                "BadRequest",
                "the name of the object (a based on URL) was undeterminable: name must be provided");
    }

    @Test
    void updateOfARecreatedObjectConflicts() {
        ObjectNode first = (ObjectNode) create("a").body();
        first.withObject("/metadata").remove("resourceVersion");
        api().delete(configMaps + "/a");
        Reply second = create("a");

        Reply reply = api().put(configMaps + "/a", first.toString());

        assertThat(reply.code()).isEqualTo(409);
        assertThat(reply.message())
                .startsWith("Operation cannot be fulfilled on configmaps \"a\": ")
                .endsWith("Precondition failed: UID in precondition: " + Json.text(first, "metadata.uid")
                        + ", UID in object meta: " + second.text("metadata.uid"));
    }

    @Test
    void updateOfAMissingObjectIsNotFound() {
        assertThat(api().put(configMaps + "/a", configMap("a")).code()).isEqualTo(404);
    }

    @Test
    void dryRunChangesNothing() {
        Reply created = api().post(configMaps + "?dryRun=All", configMap("a"));

        assertThat(created.code()).isEqualTo(201);
        assertThat(api().get(configMaps + "/a").code()).isEqualTo(404);
    }

    @Test
    void deletionChecksPreconditions() {
        Reply created = create("a");

        Reply refused = api().delete(configMaps + "/a", "{\"preconditions\":{\"uid\":\"other\"}}");
        Reply deleted = api().delete(configMaps + "/a");

        assertStatus(
                refused,
                409,
                "Conflict",
                "Operation cannot be fulfilled on ConfigMap \"a\": the UID in the precondition (other) does not match"
                        + " the UID in record (" + created.text("metadata.uid")
                        + "). The object might have been deleted and then recreated");
        assertThat(deleted.code()).isEqualTo(200);
        assertThat(deleted.text("status")).isEqualTo("Success");
        assertThat(deleted.text("details.name")).isEqualTo("a");
        assertThat(deleted.text("details.uid")).isEqualTo(created.text("metadata.uid"));
        assertThat(api().delete(configMaps + "/a").code()).isEqualTo(404);
    }

    @Test
    void deletionWaitsForFinalizers() {
        api().post(configMaps, "{\"metadata\":{\"name\":\"a\",\"finalizers\":[\"example.com/guard\"]}}");

        Reply deleted = api().delete(configMaps + "/a");
        assertThat(deleted.code()).isEqualTo(200);
        assertThat(deleted.text("metadata.deletionTimestamp")).isNotEmpty();
        assertThat(api().get(configMaps + "/a").code()).isEqualTo(200);

        api().patch(configMaps + "/a", MERGE_PATCH, "{\"metadata\":{\"finalizers\":null}}");
        assertThat(api().get(configMaps + "/a").code()).isEqualTo(404);
    }

    @Test
    void ownerReferencesAreKeptWithTheObject() {
        String uid = create("owner").text("metadata.uid");
        String reference = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"name\":\"owner\",\"uid\":\"%s\"}";

        Reply owned = api().post(
                        configMaps,
                        "{\"metadata\":{\"name\":\"owned\",\"ownerReferences\":[" + reference.formatted(uid) + "]}}");
        Reply orphaned = api().delete(configMaps + "/owner?propagationPolicy=Orphan");

        assertThat(owned.body().at("/metadata/ownerReferences/0"))
                .isEqualTo(ApiClient.object(reference.formatted(uid)));
        assertThat(orphaned.code()).isEqualTo(200);
        assertThat(api().get(configMaps + "/owned").code()).isEqualTo(200);
    }

    @Test
    void deleteCollectionDeletesWhatTheSelectorSelects() {
        createLabelled("a", "web");
        createLabelled("b", "api");

        Reply deleted = api().delete(configMaps + "?labelSelector=app%3Dweb");

        assertThat(deleted.code()).isEqualTo(200);
        assertThat(names(api().get(configMaps))).containsExactly("b");
    }

    // Lists

    @Test
    void pagesShowOneSnapshot() {
        List.of("a", "b", "c", "d").forEach(this::create);

        Reply first = api().get(configMaps + "?limit=2");
        api().delete(configMaps + "/c");
        create("e");
        Reply second = api().get(configMaps + "?limit=2&continue=" + encoded(first.text("metadata.continue")));

        assertThat(names(first)).containsExactly("a", "b");
        assertThat(first.text("metadata.remainingItemCount")).isEqualTo("2");
        assertThat(names(second)).containsExactly("c", "d");
        assertThat(second.text("metadata.continue")).isEmpty();
        assertThat(second.body().at("/metadata").has("remainingItemCount")).isFalse();
        assertThat(second.resourceVersion()).isEqualTo(first.resourceVersion());
    }

    @Test
    void pagesOfASelectorDoNotCountTheRest() {
        List.of("a", "b").forEach(name -> createLabelled(name, "web"));

        Reply first = api().get(configMaps + "?limit=1&labelSelector=app%3Dweb");

        assertThat(names(first)).containsExactly("a");
        assertThat(first.text("metadata.continue")).isNotEmpty();
        assertThat(first.body().at("/metadata").has("remainingItemCount")).isFalse();
    }

    @Test
    void continueTokenOfACompactedSnapshotIsExpiredAndOffersAnother() {
        List.of("a", "b", "c").forEach(this::create);
        String token = encoded(api().get(configMaps + "?limit=1").text("metadata.continue"));
        api().delete(configMaps + "/b");
        compact();

        Reply expired = until(() -> api().get(configMaps + "?limit=1&continue=" + token), reply -> reply.code() != 200);

        assertThat(expired.code()).isEqualTo(410);
        assertThat(expired.text("reason")).isEqualTo("Expired");
        Reply rest = api().get(configMaps + "?continue=" + encoded(expired.text("metadata.continue")));
        assertThat(rest.code()).isEqualTo(200);
        assertThat(names(rest)).contains("c").doesNotContain("a", "b");
    }

    @Test
    void malformedContinueTokenIsABadRequest() {
        assertThat(api().get(configMaps + "?limit=1&continue=nonsense").code()).isEqualTo(400);
    }

    @Test
    void itemsOfATypedListHaveNoKind() {
        create("a");

        Reply list = api().get(configMaps);

        assertThat(list.text("kind")).isEqualTo("ConfigMapList");
        assertThat(item(list, "a").has("kind")).isFalse();
        assertThat(item(list, "a").has("apiVersion")).isFalse();
    }

    @Test
    void metadataListsHaveAFormOfTheirOwn() {
        create("a");

        Reply list = api().getAs(configMaps, "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
        Reply single = api().getAs(configMaps + "/a", ApiClient.METADATA_ONLY);
        Reply wrongForm = api().getAs(configMaps, ApiClient.METADATA_ONLY);

        assertThat(list.text("kind")).isEqualTo("PartialObjectMetadataList");
        assertThat(item(list, "a").path("kind").asText()).isEqualTo("PartialObjectMetadata");
        assertThat(item(list, "a").has("data")).isFalse();
        assertThat(single.text("kind")).isEqualTo("PartialObjectMetadata");
        assertThat(single.text("metadata.name")).isEqualTo("a");
        assertThat(wrongForm.code()).isEqualTo(406);
        assertThat(wrongForm.text("reason")).isEqualTo("NotAcceptable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app=web             | web",
                "app==web            | web",
                "app!=web            | api none",
                "app!=               | api none web",
                "app in (web,api)    | api web",
                "app notin (web)     | api none",
                "app                 | api web",
                "!app                | none",
                "app,app!=api        | web",
            })
    void labelSelectorSelects(String selector, String expected) {
        createLabelled("web", "web");
        createLabelled("api", "api");
        create("none");

        Reply list = api().get(configMaps + "?labelSelector=" + encoded(selector));

        assertThat(names(list)).containsExactly(expected.split(" "));
    }

    @Test
    void fieldSelectorSelectsByName() {
        create("a");
        create("b");

        assertThat(names(api().get(configMaps + "?fieldSelector=metadata.name%3Db")))
                .containsExactly("b");
        assertThat(api().get(configMaps + "?fieldSelector=spec.colour%3Dred").code())
                .isEqualTo(400);
        assertThat(api().get(configMaps + "?labelSelector=%3D%3D").code()).isEqualTo(400);
    }

    @Test
    void listAtAnExactVersionShowsThatState() {
        String version = create("a").resourceVersion();
        create("b");

        Reply list = api().get(configMaps + "?resourceVersionMatch=Exact&resourceVersion=" + version);

        assertThat(names(list)).containsExactly("a");
        assertThat(list.resourceVersion()).isEqualTo(version);
    }

    @Test
    void listAtAFutureVersionTimesOut() {
        Reply reply = api().get(configMaps + "?resourceVersion=1000000000");

        assertThat(reply.code()).isEqualTo(504);
        assertThat(reply.text("reason")).isEqualTo("Timeout");
        assertThat(reply.message()).startsWith("Timeout: Too large resource version: 1000000000, current: ");
        assertThat(reply.body().at("/details/causes/0/reason").asText()).isEqualTo("ResourceVersionTooLarge");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "watch=1&sendInitialEvents=true    | 422 | resourceVersionMatch",
                "sendInitialEvents=true            | 422 | sendInitialEvents",
                "watch=1&resourceVersionMatch=NotOlderThan&resourceVersion=1 | 422 | resourceVersionMatch",
                "resourceVersionMatch=Exact        | 422 | resourceVersionMatch",
            })
    void contradictoryListOptionsAreInvalid(String query, int code, String field) {
        Reply reply = api().get(configMaps + "?" + query);

        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.message()).startsWith("ListOptions.meta.k8s.io \"\" is invalid: " + field + ": Forbidden: ");
        assertThat(reply.body().at("/details/group").asText()).isEqualTo("meta.k8s.io");
        assertThat(reply.body().at("/details/causes/0/field").asText()).isEqualTo(field);
    }

    @Test
    void continueWithAResourceVersionIsABadRequest() {
        List.of("a", "b").forEach(this::create);
        Reply first = api().get(configMaps + "?limit=1");

        Reply reply = api().get(configMaps + "?limit=1&resourceVersion=" + first.resourceVersion() + "&continue="
                + encoded(first.text("metadata.continue")));

        assertThat(reply.code()).isEqualTo(400);
    }

    // Watches

    @Test
    void watchResumesAfterTheResourceVersion() {
        String version = create("before").resourceVersion();
        create("a");
        api().patch(configMaps + "/a", MERGE_PATCH, "{\"data\":{\"key\":\"new\"}}");
        api().delete(configMaps + "/a");

        WatchReader watch = api().watch(configMaps + "?watch=true&resourceVersion=" + version);

        assertThat(watch.next(3)).containsExactly("ADDED a", "MODIFIED a", "DELETED a");
        create("b");
        assertThat(watch.next().summary()).isEqualTo("ADDED b");
    }

    @Test
    void deletedHasTheLastStateAndTheVersionOfTheDeletion() {
        String version = create("a").resourceVersion();
        api().delete(configMaps + "/a");

        Frame deleted = api().watch(configMaps + "?watch=true&resourceVersion=" + version)
                .next();

        assertThat(deleted.type()).isEqualTo("DELETED");
        assertThat(Json.text(deleted.object(), "data.key")).isEqualTo("value");
        assertThat(Long.parseLong(deleted.resourceVersion())).isGreaterThan(Long.parseLong(version));
    }

    @Test
    void watchWithoutAVersionStartsWithTheExistingObjects() {
        List.of("a", "b").forEach(this::create);

        WatchReader watch = api().watch(configMaps + "?watch=true");

        assertThat(watch.next(2)).containsExactlyInAnyOrder("ADDED a", "ADDED b");
    }

    @Test
    void streamingListEndsWithABookmark() {
        create("a");
        String version = create("b").resourceVersion();

        WatchReader watch = api().watch(configMaps + "?watch=true" + STREAMING_LIST);

        assertThat(watch.next(2)).containsExactlyInAnyOrder("ADDED a", "ADDED b");
        assertInitialEventsEnd(watch.next(), version);
        create("c");
        assertThat(watch.next().summary()).isEqualTo("ADDED c");
    }

    @Test
    void streamingListWithASelectorListsOnlyWhatItSelects() {
        createLabelled("web", "web");
        String version = createLabelled("api", "api").resourceVersion();

        WatchReader watch = api().watch(configMaps + "?watch=true&labelSelector=app%3Dweb" + STREAMING_LIST);

        assertThat(watch.next().summary()).isEqualTo("ADDED web");
        assertInitialEventsEnd(watch.next(), version);
    }

    @Test
    void streamingListOfNothingIsOnlyTheBookmark() {
        WatchReader watch = api().watch(configMaps + "?watch=true" + STREAMING_LIST);

        assertInitialEventsEnd(watch.next(), "0");
    }

    @Test
    void streamingListOfMetadataHasMetadataOnly() {
        create("a");

        WatchReader watch = api().watchAs(configMaps + "?watch=true" + STREAMING_LIST, ApiClient.METADATA_ONLY);
        Frame added = watch.next();
        Frame end = watch.next();

        assertThat(Json.text(added.object(), "kind")).isEqualTo("PartialObjectMetadata");
        assertThat(Json.text(added.object(), "apiVersion")).isEqualTo("meta.k8s.io/v1");
        assertThat(added.object().has("data")).isFalse();
        assertThat(end.type()).isEqualTo("BOOKMARK");
        assertThat(Json.text(end.object(), "kind")).isEqualTo("PartialObjectMetadata");
    }

    @Test
    void watchFromACompactedVersionGetsGoneInTheStream() {
        // The history of a custom resource starts with its definition.
        installWidgets();
        createWidget("w", "{\"size\":1}");
        compact();

        WatchReader watch = api().watch(widgets + "?watch=true&resourceVersion=1");

        assertThat(watch.code()).isEqualTo(200);
        assertThat(watch.rest()).singleElement().satisfies(frame -> {
            assertThat(frame.type()).isEqualTo("ERROR");
            assertThat(frame.object().path("kind").asText()).isEqualTo("Status");
            assertThat(frame.object().path("code").asInt()).isEqualTo(410);
            assertThat(frame.object().path("reason").asText()).isEqualTo("Expired");
            assertThat(frame.object().path("message").asText()).startsWith("too old resource version: 1 (");
        });
    }

    /** Bookmarks are best effort: the real API server sends one a minute, and here mostly none. */
    @Test
    void watchEndsCleanlyAfterItsTimeout() {
        String version = create("a").resourceVersion();
        create("b");

        WatchReader watch = api().watch(configMaps + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=2"
                + "&labelSelector=app%3Dweb&resourceVersion=" + version);

        assertThat(watch.rest()).allSatisfy(frame -> {
            assertThat(frame.type()).isEqualTo("BOOKMARK");
            assertThat(Json.text(frame.object(), "kind")).isEqualTo("ConfigMap");
            assertThat(Long.parseLong(frame.resourceVersion())).isGreaterThanOrEqualTo(Long.parseLong(version));
        });
    }

    @Test
    void watchWithASelectorSeesObjectsEnterAndLeave() {
        String version = createLabelled("a", "none").resourceVersion();
        relabel("a", "web");
        relabel("a", "api");
        relabel("a", "none");

        WatchReader watch = api().watch(configMaps + "?watch=true&labelSelector=" + encoded("app in (web,api)")
                + "&resourceVersion=" + version);

        assertThat(watch.next(2)).containsExactly("ADDED a", "MODIFIED a");
        Frame left = watch.next();
        assertThat(left.type()).isEqualTo("DELETED");
        assertThat(Json.text(left.object(), "metadata.labels.app")).isEqualTo("api");
        assertThat(left.resourceVersion())
                .isEqualTo(api().get(configMaps + "/a").resourceVersion());
    }

    // Patches

    @Test
    void mergePatchReplacesListsAndRemovesNulls() {
        createDeployment();

        Reply patched = api().patch(deployment(), MERGE_PATCH, """
                        {"spec":{"replicas":null,
                         "template":{"spec":{"containers":[{"name":"new","image":"c"}]}}}}""");

        assertThat(patched.code()).isEqualTo(200);
        assertThat(containers(patched)).containsExactly("new");
    }

    @Test
    void strategicMergePatchMergesContainersByName() {
        createDeployment();

        Reply patched = api().patch(deployment(), STRATEGIC_MERGE_PATCH, """
                {"spec":{"template":{"spec":{
                  "$setElementOrder/containers":[{"name":"one"}],
                  "containers":[{"name":"two","$patch":"delete"},
                                {"name":"one","env":[{"name":"B","value":"3"}]}]}}}}""");

        assertThat(containers(patched)).containsExactly("one");
        assertThat(patched.body().at("/spec/template/spec/containers/0/image").asText())
                .isEqualTo("a");
        assertThat(patched.body().at("/spec/template/spec/containers/0/env").toString())
                .isEqualTo("[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"B\",\"value\":\"3\"}]");
    }

    @Test
    void jsonPatchAddsRemovesAndTests() {
        createDeployment();

        Reply patched = api().patch(deployment(), JSON_PATCH, """
                [{"op":"test","path":"/spec/replicas","value":1},
                 {"op":"replace","path":"/spec/replicas","value":2},
                 {"op":"add","path":"/spec/template/spec/containers/1","value":{"name":"middle","image":"m"}},
                 {"op":"remove","path":"/spec/template/spec/containers/0"}]""");
        Reply failed =
                api().patch(deployment(), JSON_PATCH, "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":1}]");

        assertThat(patched.text("spec.replicas")).isEqualTo("2");
        assertThat(containers(patched)).containsExactly("middle", "two");
        assertThat(failed.code()).isEqualTo(422);
        assertThat(failed.text("reason")).isEqualTo("Invalid");
    }

    @Test
    void unknownPatchTypesAreUnsupported() {
        create("a");

        Reply reply = api().patch(configMaps + "/a", "application/json", "{}");

        assertThat(reply.code()).isEqualTo(415);
        assertThat(reply.text("reason")).isEqualTo("UnsupportedMediaType");
    }

    @Test
    void patchOfAMissingObjectIsNotFound() {
        assertThat(api().patch(configMaps + "/a", MERGE_PATCH, "{}").code()).isEqualTo(404);
    }

    @Test
    void patchWithAStaleResourceVersionConflicts() {
        String version = create("a").resourceVersion();
        api().patch(configMaps + "/a", MERGE_PATCH, "{\"data\":{\"key\":\"new\"}}");

        Reply stale =
                api().patch(configMaps + "/a", MERGE_PATCH, "{\"metadata\":{\"resourceVersion\":\"" + version + "\"}}");

        assertThat(stale.code()).isEqualTo(409);
    }

    @Test
    void applyCreatesAndRepeatingItChangesNothing() {
        Reply created = apply("m", "{\"a\":\"1\"}");
        Reply repeated = apply("m", "{\"a\":\"1\"}");

        assertThat(created.code()).isEqualTo(201);
        assertThat(repeated.code()).isEqualTo(200);
        assertThat(repeated.resourceVersion()).isEqualTo(created.resourceVersion());
        JsonNode managed = created.body().at("/metadata/managedFields/0");
        assertThat(managed.path("manager").asText()).isEqualTo("m");
        assertThat(managed.path("operation").asText()).isEqualTo("Apply");
        assertThat(managed.path("apiVersion").asText()).isEqualTo("v1");
        assertThat(managed.path("fieldsV1")).isEqualTo(ApiClient.object("{\"f:data\":{\"f:a\":{}}}"));
    }

    @Test
    void applyRemovesWhatItsManagerNoLongerApplies() {
        apply("m", "{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}");
        apply("other", "{\"b\":\"2\",\"d\":\"4\"}");

        Reply reapplied = apply("m", "{\"a\":\"1\"}");

        assertThat(reapplied.body().path("data")).isEqualTo(ApiClient.object("{\"a\":\"1\",\"b\":\"2\",\"d\":\"4\"}"));
    }

    @Test
    void applyConflictsWithAnotherManagerUnlessForced() {
        apply("m", "{\"a\":\"1\"}");

        Reply refused = apply("other", "{\"a\":\"2\"}");
        Reply forced = apply("other&force=true", "{\"a\":\"2\"}");

        assertStatus(refused, 409, "Conflict", "Apply failed with 1 conflict: conflict with \"m\": .data.a");
        assertThat(refused.body().at("/details/causes/0")).isEqualTo(ApiClient.object("""
                        {"reason":"FieldManagerConflict","message":"conflict with \\"m\\"","field":".data.a"}"""));
        assertThat(forced.text("data.a")).isEqualTo("2");
        assertThat(apply("m", "{\"a\":\"1\"}").code()).isEqualTo(409);
    }

    @Test
    void applyNeedsTheNameInTheObject() {
        Reply reply =
                api().patch(configMaps + "/a?fieldManager=m", APPLY, "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"}");

        assertStatus(
                reply,
                400,
                "BadRequest",
                "the name of the object (a based on URL) was undeterminable: name must be provided");
    }

    @Test
    void applyNeedsAFieldManager() {
        Reply reply = api().patch(configMaps + "/a", APPLY, applied("{\"a\":\"1\"}"));

        assertStatus(
                reply,
                422,
                "Invalid",
                "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value:"
                        + " is required for apply patch");
    }

    // Custom resources

    @Test
    void aDefinitionIsServedAndDiscovered() {
        installWidgets();

        JsonNode resources = api().get("/apis/example.com/v1").body().path("resources");
        assertThat(resources).anySatisfy(resource -> {
            assertThat(resource.path("name").asText()).isEqualTo("widgets");
            assertThat(resource.path("singularName").asText()).isEqualTo("widget");
            assertThat(resource.path("kind").asText()).isEqualTo("Widget");
            assertThat(resource.path("namespaced").asBoolean()).isTrue();
        });
        assertThat(api().get("/apis/example.com").text("preferredVersion.version"))
                .isEqualTo("v1");
        Reply list = api().get(widgets);
        assertThat(list.text("kind")).isEqualTo("WidgetList");
        assertThat(list.text("apiVersion")).isEqualTo("example.com/v1");
    }

    @Test
    void theNewestStableVersionIsPreferredWhateverTheOrderInTheDefinition() {
        String schema = "\"schema\":{\"openAPIV3Schema\":{\"type\":\"object\"}}";
        Reply created = api().post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", """
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                 "metadata":{"name":"gears.versions.example.com"},
                 "spec":{"group":"versions.example.com","scope":"Namespaced","names":{"plural":"gears","kind":"Gear"},
                  "versions":[{"name":"v1alpha2","served":true,"storage":false,%1$s},
                   {"name":"v2beta1","served":true,"storage":false,%1$s},
                   {"name":"v1","served":true,"storage":true,%1$s}]}}""".formatted(schema));
        assertThat(created.code()).as(created.body().toString()).isIn(201, 409);

        JsonNode group = until(
                        () -> api().get("/apis/versions.example.com"),
                        reply -> reply.body().path("versions").size() == 3)
                .body();
        assertThat(group.path("versions"))
                .extracting(version -> version.path("version").asText())
                .containsExactly("v1", "v2beta1", "v1alpha2");
        assertThat(group.at("/preferredVersion/version").asText()).isEqualTo("v1");
    }

    @Test
    void itemsOfACustomListHaveAKind() {
        installWidgets();
        createWidget("w", "{\"size\":1}");

        assertThat(item(api().get(widgets), "w").path("kind").asText()).isEqualTo("Widget");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '@',
            value = {
                "{}                              | spec.size  | FieldValueRequired     | Required value",
                "{~size~:~x~}                    | spec.size  | FieldValueTypeInvalid  | Invalid value: ~string~:"
                        + " spec.size in body must be of type integer: ~string~",
                "{~size~:0}                      | spec.size  | FieldValueInvalid      | Invalid value: 0:"
                        + " spec.size in body should be greater than or equal to 1",
                "{~size~:10}                     | spec.size  | FieldValueInvalid      | Invalid value: 10:"
                        + " spec.size in body should be less than or equal to 9",
                "{~size~:1,~mode~:~Off~}         | spec.mode  | FieldValueNotSupported | Unsupported value: ~Off~:"
                        + " supported values: ~Fast~, ~Slow~",
                "{~size~:1,~code~:~AB~}          | spec.code  | FieldValueInvalid      | Invalid value: ~AB~:"
                        + " spec.code in body should match '^[a-z]+$'",
                "{~size~:1,~code~:~a~}           | spec.code  | FieldValueInvalid      | Invalid value: ~a~:"
                        + " spec.code in body should be at least 2 chars long",
                "{~size~:1,~code~:~abcde~}       | spec.code  | FieldValueTooLong      | Too long:"
                        + " may not be more than 4 bytes",
                "{~size~:1,~tags~:[]}            | spec.tags  | FieldValueInvalid      | Invalid value: 0:"
                        + " spec.tags in body should have at least 1 items",
                "{~size~:1,~tags~:[~a~,~b~,~c~]} | spec.tags  | FieldValueTooMany      | Too many: 3:"
                        + " must have at most 2 items",
                "{~size~:1,~tags~:[~a~,1]}       | spec.tags[1] | FieldValueTypeInvalid | Invalid value: ~integer~:"
                        + " spec.tags[1] in body must be of type string: ~integer~",
                "{~size~:1,~parts~:[{~on~:true}]} | spec.parts[0].name | FieldValueRequired | Required value",
                "{~size~:1,~parts~:[{~name~:~n~,~on~:~x~}]} | spec.parts[0].on | FieldValueTypeInvalid |"
                        + " Invalid value: ~string~: spec.parts[0].on in body must be of type boolean: ~string~",
                "{~size~:1,~labels~:{~a~:1}}     | spec.labels.a | FieldValueTypeInvalid | Invalid value: ~integer~:"
                        + " spec.labels.a in body must be of type string: ~integer~",
                "{~size~:1,~free~:3}             | spec.free  | FieldValueTypeInvalid  | Invalid value: ~integer~:"
                        + " spec.free in body must be of type object: ~integer~",
            })
    void anObjectThatViolatesItsSchemaIsInvalid(String spec, String field, String reason, String message) {
        installWidgets();

        Reply reply = createWidget("w", spec.replace('~', '"'));

        String quoted = message.replace('~', '"');
        assertStatus(reply, 422, "Invalid", "Widget.example.com \"w\" is invalid: " + field + ": " + quoted);
        ObjectNode details = ApiClient.object("{\"name\":\"w\",\"group\":\"example.com\",\"kind\":\"Widget\"}");
        details.putArray("causes")
                .addObject()
                .put("reason", reason)
                .put("message", quoted)
                .put("field", field);
        assertThat(reply.body().path("details")).isEqualTo(details);
        assertThat(api().get(widgets + "/w").code()).isEqualTo(404);
    }

    @Test
    void everyViolationIsACause() {
        installWidgets();

        Reply reply = createWidget("w", "{\"size\":0,\"mode\":\"Off\"}");

        assertThat(reply.code()).isEqualTo(422);
        assertThat(reply.message()).startsWith("Widget.example.com \"w\" is invalid: [spec.");
        assertThat(reply.body().at("/details/causes"))
                .extracting(cause -> cause.path("field").asText())
                .containsExactlyInAnyOrder("spec.size", "spec.mode");
    }

    @Test
    void updatesAndPatchesAreCheckedAgainstTheSchema() {
        installWidgets();
        ObjectNode widget = (ObjectNode) createWidget("w", "{\"size\":1}").body();
        widget.withObject("/spec").put("size", 99);

        assertThat(api().put(widgets + "/w", widget.toString()).code()).isEqualTo(422);
        assertThat(api().patch(widgets + "/w", MERGE_PATCH, "{\"spec\":{\"size\":\"x\"}}")
                        .code())
                .isEqualTo(422);
        assertThat(api().patch(widgets + "/w/status", MERGE_PATCH, "{\"status\":{\"phase\":1}}")
                        .code())
                .isEqualTo(422);
        assertThat(api().get(widgets + "/w").text("spec.size")).isEqualTo("1");
    }

    @Test
    void nullsPortsAndFreeFormsAreValid() {
        installWidgets();

        Reply created = createWidget("w", """
                {"size":1,"port":"http","note":null,"free":{"any":{"thing":[1]}},"labels":{"a":"b"}}""");

        assertThat(created.code()).isEqualTo(201);
        assertThat(created.body().at("/spec/free/any/thing/0").asInt()).isEqualTo(1);
        assertThat(created.body().at("/spec/note").isNull()).isTrue();
        assertThat(createWidget("v", "{\"size\":1,\"port\":80}").code()).isEqualTo(201);
        assertThat(createWidget("u", "{\"size\":1,\"port\":true}").code()).isEqualTo(422);
    }

    @Test
    void unknownFieldsArePrunedAndDefaultsAreSet() {
        installWidgets();

        Reply created = createWidget("w", "{\"size\":1,\"colour\":\"red\"}");

        assertThat(created.body().path("spec")).isEqualTo(ApiClient.object("{\"size\":1,\"mode\":\"Fast\"}"));
    }

    @Test
    void unknownFieldsAreABadRequestWhenValidationIsStrict() {
        installWidgets();

        Reply reply = api().post(widgets + "?fieldValidation=Strict", widget("w", "{\"size\":1,\"colour\":\"red\"}"));

        assertStatus(
                reply,
                400,
                "BadRequest",
                "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error:"
                        + " unknown field \"spec.colour\"");
    }

    @Test
    void updateOfACustomResourceNeedsItsResourceVersion() {
        installWidgets();
        createWidget("w", "{\"size\":1}");

        Reply reply = api().put(widgets + "/w", widget("w", "{\"size\":2}"));

        assertStatus(
                reply,
                422,
                "Invalid",
                "widgets.example.com \"w\" is invalid: metadata.resourceVersion: Invalid value: 0:"
                        + " must be specified for an update");
    }

    @Test
    void statusIsWrittenThroughItsSubresource() {
        installWidgets();
        createWidget("w", "{\"size\":1}");

        Reply ignored = api().patch(widgets + "/w", MERGE_PATCH, "{\"status\":{\"phase\":\"Ready\"}}");
        Reply status = api().patch(
                        widgets + "/w/status", MERGE_PATCH, "{\"spec\":{\"size\":2},\"status\":{\"phase\":\"Ready\"}}");
        Reply spec = api().patch(widgets + "/w", MERGE_PATCH, "{\"spec\":{\"size\":3}}");

        assertThat(ignored.body().has("status")).isFalse();
        assertThat(status.text("status.phase")).isEqualTo("Ready");
        assertThat(status.text("spec.size")).isEqualTo("1");
        assertThat(status.text("metadata.generation")).isEqualTo("1");
        assertThat(spec.text("status.phase")).isEqualTo("Ready");
        assertThat(spec.text("metadata.generation")).isEqualTo("2");
    }

    @Test
    void strategicMergePatchIsUnsupportedForCustomResources() {
        installWidgets();
        createWidget("w", "{\"size\":1}");

        assertThat(api().patch(widgets + "/w", STRATEGIC_MERGE_PATCH, "{}").code())
                .isEqualTo(415);
    }

    // Steps

    private static void assertStatus(Reply reply, int code, String reason, String message) {
        assertThat(reply.message()).isEqualTo(message);
        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.text("kind")).isEqualTo("Status");
        assertThat(reply.text("status")).isEqualTo("Failure");
        assertThat(reply.text("reason")).isEqualTo(reason);
        assertThat(reply.text("code")).isEqualTo(Integer.toString(code));
    }

    private static void assertInitialEventsEnd(Frame bookmark, String version) {
        assertThat(bookmark.type()).isEqualTo("BOOKMARK");
        assertThat(bookmark.object().path("kind").asText()).isEqualTo("ConfigMap");
        assertThat(bookmark.object()
                        .at("/metadata/annotations/k8s.io~1initial-events-end")
                        .asText())
                .isEqualTo("true");
        assertThat(Long.parseLong(bookmark.resourceVersion())).isGreaterThanOrEqualTo(Long.parseLong(version));
    }

    /** Repeats a request until its reply is as expected or half a minute has passed; returns the last reply. */
    private static Reply until(Supplier<Reply> request, Predicate<Reply> expected) {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
        Reply reply = request.get();
        while (!expected.test(reply) && Instant.now().isBefore(deadline)) {
            reply = request.get();
        }
        return reply;
    }

    private Reply create(String name) {
        Reply created = api().post(configMaps, configMap(name));
        assertThat(created.code()).isEqualTo(201);
        return created;
    }

    private Reply createLabelled(String name, String app) {
        ObjectNode labelled = ApiClient.object(configMap(name));
        labelled.withObject("/metadata/labels").put("app", app);
        return api().post(configMaps, labelled.toString());
    }

    private void relabel(String name, String app) {
        api().patch(configMaps + "/" + name, MERGE_PATCH, "{\"metadata\":{\"labels\":{\"app\":\"" + app + "\"}}}");
    }

    private static String configMap(String name) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                + "\"},\"data\":{\"key\":\"value\"}}";
    }

    /** The names in a list, without the ConfigMap that the controller manager puts into every namespace. */
    private static List<String> names(Reply list) {
        return list.names().stream()
                .filter(name -> !name.equals("kube-root-ca.crt"))
                .toList();
    }

    private static JsonNode item(Reply list, String name) {
        ArrayNode items = (ArrayNode) list.body().path("items");
        return Json.elements(items)
                .filter(item -> Json.text(item, "metadata.name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private String deployment() {
        return "/apis/apps/v1/namespaces/" + namespace + "/deployments/web";
    }

    private void createDeployment() {
        Reply created = api().post("/apis/apps/v1/namespaces/" + namespace + "/deployments", """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
                 "spec":{"replicas":1,"selector":{"matchLabels":{"app":"web"}},
                  "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[
                   {"name":"one","image":"a","env":[{"name":"A","value":"1"},{"name":"B","value":"2"}]},
                   {"name":"two","image":"b"}]}}}}""");
        assertThat(created.code()).isEqualTo(201);
    }

    private static List<String> containers(Reply deployment) {
        return Json.elements(deployment.body().at("/spec/template/spec/containers"))
                .map(container -> container.path("name").asText())
                .toList();
    }

    private Reply apply(String manager, String data) {
        return api().patch(configMaps + "/applied?fieldManager=" + manager, APPLY, applied(data));
    }

    private static String applied(String data) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"applied\"},\"data\":" + data
                + "}";
    }

    private void installWidgets() {
        api().post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", WIDGET_DEFINITION.toString());
        assertThat(until(() -> api().get(widgets), reply -> reply.code() == 200).code())
                .isEqualTo(200);
    }

    private Reply createWidget(String name, String spec) {
        return api().post(widgets, widget(name, spec));
    }

    private static String widget(String name, String spec) {
        return "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"" + name
                + "\"},\"spec\":" + spec + "}";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

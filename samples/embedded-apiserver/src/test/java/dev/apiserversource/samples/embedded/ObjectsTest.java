package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.RunningServer.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;

import static dev.apiserversource.samples.embedded.RunningServer.CONFIG_MAPS;
import static dev.apiserversource.samples.embedded.RunningServer.configMap;
import static dev.apiserversource.samples.embedded.RunningServer.labelled;
import static dev.apiserversource.samples.embedded.RunningServer.object;
import static org.assertj.core.api.Assertions.assertThat;

class ObjectsTest {

    private static final String PODS = "/api/v1/namespaces/default/pods";

    @RegisterExtension
    final RunningServer server = new RunningServer();

    @Test
    void creationFillsInWhatTheServerOwns() {
        Reply created =
                server.post(CONFIG_MAPS, "{\"metadata\":{\"name\":\"a\",\"uid\":\"mine\"},\"data\":{\"k\":\"v\"}}");

        assertThat(created.code()).isEqualTo(201);
        assertThat(created.text("kind")).isEqualTo("ConfigMap");
        assertThat(created.text("metadata.namespace")).isEqualTo("default");
        assertThat(created.text("metadata.uid")).hasSize(36);
        assertThat(created.resourceVersion()).isEqualTo(server.store().resourceVersion());
        assertThat(created.text("metadata.creationTimestamp")).endsWith("Z");
    }

    @Test
    void aNameIsMadeFromItsPrefix() {
        Reply created = server.post(CONFIG_MAPS, "{\"metadata\":{\"generateName\":\"a-\"}}");

        assertThat(created.text("metadata.name")).matches("a-[a-z0-9]{5}");
    }

    @Test
    void refusalsAreStatusObjects() {
        server.store().create(configMap("a"));

        Reply again = server.post(CONFIG_MAPS, configMap("a").toString());
        Reply missing = server.get(CONFIG_MAPS + "/nobody");
        Reply nowhere = server.post(
                "/api/v1/namespaces/nowhere/configmaps", configMap("a").toString());
        Reply nameless = server.post(CONFIG_MAPS, "{\"metadata\":{}}");
        Reply unknown = server.get("/api/v1/oxs");

        assertThat(List.of(again.code(), missing.code(), nowhere.code(), nameless.code(), unknown.code()))
                .containsExactly(409, 404, 404, 422, 404);
        assertThat(again.text("reason")).isEqualTo("AlreadyExists");
        assertThat(missing.text("message")).isEqualTo("configmaps \"nobody\" not found");
        assertThat(missing.text("details.kind")).isEqualTo("configmaps");
        assertThat(nowhere.text("message")).isEqualTo("namespaces \"nowhere\" not found");
    }

    @Test
    void aStaleUpdateIsAConflict() {
        ObjectNode first = server.store().create(configMap("a"));
        server.store().update(labelled("a", "new", "yes"));

        Reply stale = server.put(CONFIG_MAPS + "/a", first.toString());

        assertThat(stale.code()).isEqualTo(409);
        assertThat(stale.text("reason")).isEqualTo("Conflict");
    }

    @Test
    void anUpdateThatChangesNothingGetsNoNewVersion() {
        ObjectNode created = server.store().create(configMap("a"));

        Reply same = server.put(CONFIG_MAPS + "/a", created.toString());

        assertThat(same.resourceVersion())
                .isEqualTo(created.at("/metadata/resourceVersion").asText());
        assertThat(server.store().resourceVersion()).isEqualTo(same.resourceVersion());
    }

    @Test
    void specAndStatusAreWrittenThroughTheirOwnAddresses() {
        server.post(
                PODS,
                "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"nodeName\":\"one\"},\"status\":{\"phase\":\"Running\"}}");
        assertThat(server.get(PODS + "/p").text("status.phase")).isEqualTo("Pending");

        server.put(
                PODS + "/p/status",
                "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"nodeName\":\"two\"},\"status\":{\"phase\":\"Running\"}}");
        Reply pod = server.get(PODS + "/p");
        assertThat(pod.text("status.phase")).isEqualTo("Running");
        assertThat(pod.text("spec.nodeName")).isEqualTo("one");
        assertThat(pod.text("metadata.generation")).isEqualTo("1");

        Reply respecified =
                server.put(PODS + "/p", "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"nodeName\":\"three\"}}");
        assertThat(respecified.text("status.phase")).isEqualTo("Running");
        assertThat(respecified.text("metadata.generation")).isEqualTo("2");
    }

    @Test
    void deletionWaitsForFinalizers() {
        ObjectNode guarded = configMap("a");
        guarded.withObject("/metadata").putArray("finalizers").add("example.com/guard");
        server.store().create(guarded);

        Reply deleted = server.delete(CONFIG_MAPS + "/a");
        assertThat(deleted.text("metadata.deletionTimestamp")).isNotEmpty();
        assertThat(server.get(CONFIG_MAPS + "/a").code()).isEqualTo(200);

        server.patch(CONFIG_MAPS + "/a", "application/merge-patch+json", "{\"metadata\":{\"finalizers\":null}}");
        assertThat(server.get(CONFIG_MAPS + "/a").code()).isEqualTo(404);
    }

    @Test
    void deletionHonoursPreconditions() {
        server.store().create(configMap("a"));

        assertThat(server.delete(CONFIG_MAPS + "/a", "{\"preconditions\":{\"uid\":\"another\"}}")
                        .code())
                .isEqualTo(409);
        Reply deleted = server.delete(CONFIG_MAPS + "/a");
        assertThat(deleted.text("status")).isEqualTo("Success");
        assertThat(deleted.text("details.name")).isEqualTo("a");
    }

    @Test
    void pagesShowOneSnapshot() {
        List.of("a", "b", "c", "d").forEach(name -> server.store().create(configMap(name)));

        Reply first = server.get(CONFIG_MAPS + "?limit=2");
        server.store().delete("v1", "ConfigMap", "default", "c");
        server.store().create(configMap("e"));
        Reply second = server.get(CONFIG_MAPS + "?limit=2&continue=" + first.text("metadata.continue"));

        assertThat(names(first)).containsExactly("a", "b");
        assertThat(first.text("metadata.remainingItemCount")).isEqualTo("2");
        assertThat(names(second)).containsExactly("c", "d");
        assertThat(second.text("metadata.continue")).isEmpty();
        assertThat(second.resourceVersion()).isEqualTo(first.resourceVersion());
    }

    @Test
    void aForgottenSnapshotIsGone() {
        List.of("a", "b", "c").forEach(name -> server.store().create(configMap(name)));
        Reply first = server.get(CONFIG_MAPS + "?limit=1");
        server.store().delete("v1", "ConfigMap", "default", "b");
        server.store().compact();

        Reply second = server.get(CONFIG_MAPS + "?continue=" + first.text("metadata.continue"));

        assertThat(second.code()).isEqualTo(410);
        Reply rest = server.get(CONFIG_MAPS + "?continue=" + second.text("metadata.continue"));
        assertThat(names(rest)).containsExactly("c");
    }

    @Test
    void itemsOfTypedListsHaveNoKind() {
        server.store().create(configMap("a"));

        Reply list = server.get(CONFIG_MAPS);

        assertThat(list.text("kind")).isEqualTo("ConfigMapList");
        assertThat(list.body().at("/items/0").has("kind")).isFalse();
        assertThat(server.get(CONFIG_MAPS + "/a").text("kind")).isEqualTo("ConfigMap");
    }

    @Test
    void metadataListsNeedTheListForm() {
        server.store().create(configMap("a"));

        Reply list = server.getAs(CONFIG_MAPS, "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
        Reply wrongForm = server.getAs(CONFIG_MAPS, RunningServer.METADATA_ONLY);

        assertThat(list.text("kind")).isEqualTo("PartialObjectMetadataList");
        assertThat(list.body().at("/items/0/kind").asText()).isEqualTo("PartialObjectMetadata");
        assertThat(list.body().at("/items/0").has("data")).isFalse();
        assertThat(wrongForm.code()).isEqualTo(406);
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
    void selectsByLabels(String selector, String expected) {
        server.store().create(labelled("web", "app", "web"));
        server.store().create(labelled("api", "app", "api"));
        server.store().create(configMap("none"));

        Reply list = server.get(
                CONFIG_MAPS + "?labelSelector=" + selector.replace(" ", "%20").replace("!", "%21"));

        assertThat(names(list)).containsExactly(expected.split(" "));
    }

    @Test
    void selectsByFields() {
        server.store().create(event("one", "Pod", "Started"));
        server.store().create(event("two", "Node", "Started"));
        server.store().create(event("three", "Pod", "Killing"));

        String events = "/api/v1/events?fieldSelector=";
        assertThat(names(server.get(events + "involvedObject.kind=Pod,reason!=Killing")))
                .containsExactly("one");
        assertThat(names(server.get(events + "metadata.name=two"))).containsExactly("two");
        assertThat(names(server.get(events + "metadata.namespace=kube-system"))).isEmpty();
        assertThat(server.get(events + "spec.colour=red").code()).isEqualTo(400);
    }

    @Test
    void aVersionFromTheFutureIsNotYetThere() {
        Reply reply = server.get(CONFIG_MAPS + "?resourceVersion=1000");

        assertThat(reply.code()).isEqualTo(504);
        assertThat(reply.body().at("/details/causes/0/reason").asText()).isEqualTo("ResourceVersionTooLarge");
    }

    private static ObjectNode event(String name, String kind, String reason) {
        return object("""
                {"apiVersion":"v1","kind":"Event","metadata":{"name":"%s"},"reason":"%s","involvedObject":{"kind":"%s"}}""".formatted(name, reason, kind));
    }

    private static List<String> names(Reply list) {
        List<String> names = new ArrayList<>();
        list.body()
                .path("items")
                .forEach(item -> names.add(item.at("/metadata/name").asText()));
        return names;
    }
}

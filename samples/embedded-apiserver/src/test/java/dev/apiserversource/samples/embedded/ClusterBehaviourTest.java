package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.ApiClient.Reply;
import dev.apiserversource.samples.embedded.kubectl.PodLogs;
import dev.apiserversource.samples.embedded.store.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import static dev.apiserversource.samples.embedded.ApiClient.object;
import static dev.apiserversource.samples.embedded.RunningServer.CONFIG_MAPS;
import static dev.apiserversource.samples.embedded.RunningServer.configMap;
import static org.assertj.core.api.Assertions.assertThat;

/** Custom resources, garbage collection, access reviews and pod logs. */
class ClusterBehaviourTest {

    private static final String OXEN = "/apis/farm.example.com/v1/namespaces/default/oxen";
    private static final ObjectNode OX_DEFINITION = object("""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
             "metadata":{"name":"oxen.farm.example.com"},
             "spec":{"group":"farm.example.com","scope":"Namespaced",
               "names":{"plural":"oxen","kind":"Ox","shortNames":["bull"],"categories":["all"]},
               "versions":[
                 {"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
                  "additionalPrinterColumns":[{"name":"Ready","type":"string",
                    "jsonPath":".status.conditions[?(@.type==\\"Ready\\")].status"}]},
                 {"name":"v1beta1","served":true,"storage":false},
                 {"name":"v1alpha1","served":false,"storage":false}]}}""");
    private static final ObjectNode OX = object("""
            {"apiVersion":"farm.example.com/v1","kind":"Ox","metadata":{"name":"o"},"spec":{"weight":7}}""");

    private final AtomicReference<PodLogs.Log> log =
            new AtomicReference<>(new PodLogs.Log(List.of("one", "two"), false));

    @RegisterExtension
    final RunningServer server = new RunningServer(EmbeddedApiServerOptions.defaults()
            .withPodLogs((namespace, pod) -> pod.equals("p") ? Optional.of(log.get()) : Optional.empty()));

    @Test
    void aDefinitionIsServedInEachServedVersion() {
        server.store().create(OX_DEFINITION);

        Reply discovered = server.get("/apis/farm.example.com/v1beta1");
        JsonNode resource = discovered.body().at("/resources/0");
        assertThat(resource.path("name").asText()).isEqualTo("oxen");
        assertThat(resource.path("singularName").asText()).isEqualTo("ox");
        assertThat(resource.path("shortNames").get(0).asText()).isEqualTo("bull");
        assertThat(server.get("/apis/farm.example.com/v1alpha1").code()).isEqualTo(404);
        assertThat(server.get("/apis/farm.example.com").text("preferredVersion.version"))
                .isEqualTo("v1");
        Reply definition = server.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/oxen.farm.example.com");
        assertThat(definition.body().at("/status/conditions"))
                .extracting(condition -> condition.path("type").asText())
                .containsExactly("NamesAccepted", "Established");
    }

    @Test
    void versionsShareTheirObjects() {
        server.store().create(OX_DEFINITION);
        server.post(OXEN, OX.toString());

        Reply other = server.get(OXEN.replace("v1", "v1beta1"));

        assertThat(other.body().at("/items/0/apiVersion").asText()).isEqualTo("farm.example.com/v1beta1");
        assertThat(other.body().at("/items/0/spec/weight").asInt()).isEqualTo(7);
    }

    @Test
    void tablesHaveTheColumnsOfTheDefinition() {
        server.store().create(OX_DEFINITION);
        server.post(OXEN, OX.toString());
        ObjectNode ox = (ObjectNode) server.get(OXEN + "/o").body();
        ox.withArray("/status/conditions").addObject().put("type", "Ready").put("status", "True");
        server.put(OXEN + "/o/status", ox.toString());

        Reply table = server.getAs(OXEN, "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");

        assertThat(table.text("kind")).isEqualTo("Table");
        assertThat(table.body().at("/rows/0/cells").toString()).isEqualTo("[\"o\",\"True\"]");
    }

    @Test
    void deletingADefinitionDeletesItsObjectsAndEndsTheirWatches() {
        server.store().create(OX_DEFINITION);
        WatchReader watch = server.watch(OXEN + "?watch=1&resourceVersion=1");
        server.post(OXEN, OX.toString());
        server.store().delete("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "oxen.farm.example.com");

        assertThat(watch.rest()).extracting(WatchReader.Frame::summary).containsExactly("ADDED o", "DELETED o");
        assertThat(server.get(OXEN).code()).isEqualTo(404);
        assertThat(server.get("/apis/farm.example.com/v1").code()).isEqualTo(404);
    }

    @Test
    void dependentsAreDeletedWithTheirLastOwner() {
        String first = uid(server.store().create(configMap("first")));
        String second = uid(server.store().create(configMap("second")));
        server.store().create(owned("child", first));
        server.store().create(owned("shared", first, second));
        server.store().create(owned("grandchild", uid(find("child"))));

        server.delete(CONFIG_MAPS + "/first");
        assertThat(names()).containsExactly("second", "shared");
        assertThat(Metadata.of(find("shared")).ownerUids()).containsExactly(second);

        server.delete(CONFIG_MAPS + "/second?propagationPolicy=Orphan");
        assertThat(names()).containsExactly("shared");
    }

    @Test
    void deletingANamespaceDeletesItsObjects() {
        server.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"n\"}}");
        server.post("/api/v1/namespaces/n/configmaps", "{\"metadata\":{\"name\":\"c\"}}");

        server.delete("/api/v1/namespaces/n");

        assertThat(names()).isEmpty();
    }

    @Test
    void everyAccessReviewIsAllowed() {
        Reply review = server.post(
                "/apis/authorization.k8s.io/v1/subjectaccessreviews",
                "{\"spec\":{\"user\":\"x\",\"resourceAttributes\":{\"verb\":\"get\",\"resource\":\"pods\"}}}");

        assertThat(review.code()).isEqualTo(201);
        assertThat(review.body().at("/status/allowed").asBoolean()).isTrue();
    }

    @Test
    void logsAreFollowedToTheEndOfTheProgram() {
        String logs = "/api/v1/namespaces/default/pods/p/log";
        assertThat(server.lines(logs + "?tailLines=1")).containsExactly("two");

        WatchReader following = server.watch(logs + "?follow=true");
        assertThat(following.line()).contains("one");
        assertThat(following.line()).contains("two");
        log.set(new PodLogs.Log(List.of("one", "two", "three"), false));
        assertThat(following.line()).contains("three");
        log.set(new PodLogs.Log(List.of("one", "two", "three", "four"), true));
        assertThat(following.line()).contains("four");
        assertThat(following.line()).isEmpty();
    }

    private ObjectNode find(String name) {
        return server.store().find("v1", "ConfigMap", "default", name).orElseThrow();
    }

    private List<String> names() {
        return server.store().list("v1", "ConfigMap").stream()
                .map(object -> Metadata.of(object).name())
                .toList();
    }

    private static String uid(ObjectNode object) {
        return Metadata.of(object).uid();
    }

    private static ObjectNode owned(String name, String... ownerUids) {
        ObjectNode owned = configMap(name);
        for (String uid : ownerUids) {
            owned.withArray("/metadata/ownerReferences").addObject().put("uid", uid);
        }
        return owned;
    }
}

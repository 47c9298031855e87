package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.RunningServer.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.apiserversource.samples.embedded.RunningServer.object;
import static org.assertj.core.api.Assertions.assertThat;

class PatchesTest {

    private static final String WEB = "/apis/apps/v1/namespaces/default/deployments/web";
    private static final String STRATEGIC = "application/strategic-merge-patch+json";

    @RegisterExtension
    final RunningServer server = new RunningServer();

    @Test
    void mergePatchReplacesListsAndRemovesNulls() {
        server.store().create(deployment());

        Reply patched = server.patch(
                WEB,
                "application/merge-patch+json",
                template("{\"containers\":[{\"name\":\"new\"}],\"nodeName\":null}"));

        assertThat(patched.body().at("/spec/template/spec")).isEqualTo(object("{\"containers\":[{\"name\":\"new\"}]}"));
    }

    @Test
    void strategicPatchMergesContainersByName() {
        server.store().create(deployment());

        Reply patched = server.patch(WEB, STRATEGIC, template("""
                        {"$setElementOrder/containers":[{"name":"one"}],
                         "containers":[{"name":"two","$patch":"delete"},
                                       {"name":"one","env":[{"name":"B","value":"3"}]}]}"""));

        assertThat(patched.body().at("/spec/template/spec/containers").toString())
                .isEqualTo("""
                        [{"name":"one","image":"a","env":[{"name":"A","value":"1"},{"name":"B","value":"3"}]}]""");
    }

    @Test
    void jsonPatchAddsRemovesAndTests() {
        server.store().create(deployment());

        Reply patched = server.patch(WEB, "application/json-patch+json", """
                [{"op":"test","path":"/spec/replicas","value":1},
                 {"op":"replace","path":"/spec/replicas","value":2},
                 {"op":"add","path":"/spec/template/spec/containers/1","value":{"name":"middle"}},
                 {"op":"remove","path":"/spec/template/spec/containers/0"}]""");
        Reply failed = server.patch(
                WEB, "application/json-patch+json", "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":1}]");

        assertThat(patched.text("spec.replicas")).isEqualTo("2");
        assertThat(patched.body().at("/spec/template/spec/containers"))
                .extracting(container -> container.path("name").asText())
                .containsExactly("middle", "two");
        assertThat(failed.code()).isEqualTo(422);
    }

    @Test
    void anUnknownPatchTypeIsRefused() {
        server.store().create(deployment());

        assertThat(server.patch(WEB, "application/json", "{}").code()).isEqualTo(415);
    }

    @Test
    void applyCreatesAndRepeatingItChangesNothing() {
        Reply created = apply("m", applied("\"a\":\"1\"", "{\"name\":\"one\"}"));
        String version = created.resourceVersion();

        Reply repeated = apply("m", applied("\"a\":\"1\"", "{\"name\":\"one\"}"));

        assertThat(created.code()).isEqualTo(201);
        assertThat(repeated.code()).isEqualTo(200);
        assertThat(repeated.resourceVersion()).isEqualTo(version);
        assertThat(created.body().at("/metadata/managedFields/0/fieldsV1/f:metadata/f:labels"))
                .isEqualTo(object("{\"f:a\":{}}"));
    }

    @Test
    void applyTakesBackWhatItsManagerNoLongerWants() {
        apply("m", applied("\"a\":\"1\",\"b\":\"2\"", "{\"name\":\"one\"},{\"name\":\"two\"}"));
        apply(
                "other",
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"labels\":{\"b\":\"2\",\"c\":\"3\"}}}");

        Reply reapplied = apply("m", applied("\"a\":\"1\"", "{\"name\":\"two\"}"));

        assertThat(reapplied.body().at("/metadata/labels")).isEqualTo(object("{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}"));
        assertThat(reapplied.body().at("/spec/template/spec/containers"))
                .extracting(container -> container.path("name").asText())
                .containsExactly("two");
    }

    @Test
    void applyRefusesToTakeOverUnlessForced() {
        apply("m", applied("\"a\":\"1\"", "{\"name\":\"one\"}"));
        String other = "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"labels\":{\"a\":\"2\"}}}";

        Reply refused = apply("other", other);
        Reply forced = apply("other&force=true", other);

        assertThat(refused.code()).isEqualTo(409);
        assertThat(refused.text("message")).contains("conflict with \"m\"", ".metadata.labels.a");
        assertThat(forced.text("metadata.labels.a")).isEqualTo("2");
    }

    private Reply apply(String manager, String body) {
        return server.patch(WEB + "?fieldManager=" + manager, "application/apply-patch+yaml", body);
    }

    private static String applied(String labels, String containers) {
        return """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","labels":{%s}},
                 "spec":{"template":{"spec":{"containers":[%s]}}}}""".formatted(labels, containers);
    }

    private static String template(String podSpec) {
        return "{\"spec\":{\"template\":{\"spec\":" + podSpec + "}}}";
    }

    private static ObjectNode deployment() {
        return object("""
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
                 "spec":{"replicas":1,"template":{"spec":{"nodeName":"n","containers":[
                   {"name":"one","image":"a","env":[{"name":"A","value":"1"},{"name":"B","value":"2"}]},
                   {"name":"two","image":"b"}]}}}}""");
    }
}

package dev.apiserversource.samples.embedded;

import dev.apiserversource.samples.embedded.ApiClient.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.apiserversource.samples.embedded.ApiClient.object;
import static org.assertj.core.api.Assertions.assertThat;

/** Server-side apply of lists with keys; the patch formats are protocol cases. */
class ServerSideApplyTest {

    private static final String WEB = "/apis/apps/v1/namespaces/default/deployments/web";

    @RegisterExtension
    final RunningServer server = new RunningServer();

    @Test
    void applyRemovesListElementsByTheirKey() {
        apply("m", applied("\"a\":\"1\",\"b\":\"2\"", "{\"name\":\"one\"},{\"name\":\"two\"}"));
        apply(
                "other",
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"web\",\"labels\":{\"b\":\"2\",\"c\":\"3\"}}}");

        Reply reapplied = apply("m", applied("\"a\":\"1\"", "{\"name\":\"two\"}"));

        assertThat(reapplied.body().at("/metadata/labels")).isEqualTo(object("{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}"));
        assertThat(reapplied.body().at("/spec/template/spec/containers"))
                .extracting(container -> container.path("name").asText())
                .containsExactly("two");
    }

    private Reply apply(String manager, String body) {
        return server.patch(WEB + "?fieldManager=" + manager, "application/apply-patch+yaml", body);
    }

    private static String applied(String labels, String containers) {
        return """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","labels":{%s}},
                 "spec":{"template":{"spec":{"containers":[%s]}}}}""".formatted(labels, containers);
    }
}

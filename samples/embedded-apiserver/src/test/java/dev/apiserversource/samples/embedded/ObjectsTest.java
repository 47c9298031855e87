package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.ApiClient.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.apiserversource.samples.embedded.ApiClient.object;
import static org.assertj.core.api.Assertions.assertThat;

/** Built-in kinds beyond the protocol cases. */
class ObjectsTest {

    private static final String PODS = "/api/v1/namespaces/default/pods";

    @RegisterExtension
    final RunningServer server = new RunningServer();

    @Test
    void podStatusIsASubresourceAndStartsAsPending() {
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
    void eventsAreSelectedByTheirFields() {
        server.store().create(event("one", "Pod", "Started"));
        server.store().create(event("two", "Node", "Started"));
        server.store().create(event("three", "Pod", "Killing"));

        String events = "/api/v1/events?fieldSelector=";
        assertThat(server.get(events + "involvedObject.kind=Pod,reason!=Killing")
                        .names())
                .containsExactly("one");
        assertThat(server.get(events + "metadata.name=two").names()).containsExactly("two");
        assertThat(server.get(events + "metadata.namespace=kube-system").names())
                .isEmpty();
        assertThat(server.get(events + "spec.colour=red").code()).isEqualTo(400);
    }

    private static ObjectNode event(String name, String kind, String reason) {
        return object("""
                {"apiVersion":"v1","kind":"Event","metadata":{"name":"%s"},"reason":"%s","involvedObject":{"kind":"%s"}}""".formatted(name, reason, kind));
    }
}

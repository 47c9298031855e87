package dev.apiserversource.adapter.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.kube.ApiObjects;
import dev.apiserversource.frame.kube.KubeClients;
import dev.apiserversource.frame.kube.KubeHttp;
import dev.apiserversource.frame.leader.Fence;
import dev.apiserversource.samples.embedded.EmbeddedApiServer;
import dev.apiserversource.samples.embedded.EmbeddedApiServerOptions;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;

/** Two processes that write the same ConfigMap. */
class KubeConfigMapStoreTest {

    private static final String SOURCE_DEFINITION = """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
             "metadata":{"name":"apiserversources.sources.knative.dev"},
             "spec":{"group":"sources.knative.dev","scope":"Namespaced",
               "names":{"plural":"apiserversources","kind":"ApiServerSource"},
               "versions":[{"name":"v1","served":true,"storage":true}]}}""";

    private final Vertx vertx = Vertx.vertx();
    private final EmbeddedApiServer server =
            Await.result(EmbeddedApiServer.start(vertx, EmbeddedApiServerOptions.defaults()));
    private final KubeHttp client = KubeClients.http(
            vertx, new ConfigBuilder(Config.empty()).withMasterUrl(server.url()).build(), Duration.ofMinutes(1));
    private final AtomicInteger asked = new AtomicInteger();
    private final ConfigMapStore other = store(Fence.NONE);

    @AfterEach
    void close() {
        client.close();
        Await.result(vertx.close());
    }

    private KubeConfigMapStore store(Fence fence) {
        ApiObjects objects = new ApiObjects(client, vertx.getOrCreateContext(), Duration.ofSeconds(15));
        return new KubeConfigMapStore(objects, "default", "kept", fence);
    }

    private Fence answers(boolean ours) {
        return () -> {
            asked.incrementAndGet();
            return Future.succeededFuture(ours);
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ConfigMapStore.WriteResult write(ConfigMapStore store, String text) {
        return Await.result(store.write("kept", bytes(text)));
    }

    private static String read(ConfigMapStore store) {
        return new String(Await.result(store.read("kept")), StandardCharsets.UTF_8);
    }

    @Test
    void doesNotAskTheFenceWithoutAConflict() {
        ConfigMapStore mine = store(answers(false));

        assertThat(write(mine, "1")).isEqualTo(ConfigMapStore.WriteResult.CREATED);
        assertThat(write(mine, "2")).isEqualTo(ConfigMapStore.WriteResult.UPDATED);
        assertThat(read(other)).isEqualTo("2");
        assertThat(asked).hasValue(0);
    }

    @Test
    void overwritesAnotherProcessWhenTheFenceHolds() {
        ConfigMapStore mine = store(answers(true));
        write(mine, "1");
        read(other);
        write(other, "2");

        assertThat(write(mine, "3")).isEqualTo(ConfigMapStore.WriteResult.OVERWRITTEN);
        assertThat(read(other)).isEqualTo("3");
        assertThat(asked).hasValue(1);
    }

    @Test
    void doesNotOverwriteANewLeader() {
        ConfigMapStore mine = store(answers(false));
        write(mine, "1");
        read(other);
        write(other, "2");

        assertThat(Await.failure(mine.write("kept", bytes("3")))).hasMessageContaining("taken over");
        assertThat(read(other)).isEqualTo("2");
    }

    /** The shards of a checkpoint that has grown were never read. */
    @Test
    void doesNotOverwriteAConfigMapThatDidNotExist() {
        ConfigMapStore mine = store(answers(false));
        read(mine);
        write(other, "2");

        assertThat(Await.failure(mine.write("kept", bytes("3")))).hasMessageContaining("taken over");
        assertThat(read(other)).isEqualTo("2");
    }

    @Test
    void doesNotOverwriteANewLeaderThatWritesDuringTheFenceCheck() {
        ConfigMapStore mine = store(() -> {
            asked.incrementAndGet();
            return asked.get() > 1
                    ? Future.succeededFuture(false)
                    : other.write("kept", bytes("4")).map(true);
        });
        write(mine, "1");
        read(other);
        write(other, "2");

        assertThat(Await.failure(mine.write("kept", bytes("3")))).hasMessageContaining("taken over");
        assertThat(read(other)).isEqualTo("4");
    }

    @Test
    void recreatesADeletedConfigMap() {
        ConfigMapStore mine = store(answers(false));
        write(mine, "1");
        server.store().delete("v1", "ConfigMap", "default", "kept");

        assertThat(write(mine, "2")).isEqualTo(ConfigMapStore.WriteResult.CREATED);
        assertThat(read(other)).isEqualTo("2");
    }

    @Test
    void isOwnedByTheSourceSoThatItIsDeletedWithIt() {
        server.store().create(object(SOURCE_DEFINITION));
        String uid = createSource();
        write(ownedBySource(), "1");

        assertThat(server.store()
                        .find("v1", "ConfigMap", "default", "kept")
                        .orElseThrow()
                        .at("/metadata/ownerReferences/0/uid")
                        .asText())
                .isEqualTo(uid);
        assertThat(read(ownedBySource())).isEqualTo("1");
    }

    @Test
    void doesNotReadWhatAnEarlierSourceOfThatNameHasLeft() {
        server.store().create(object(SOURCE_DEFINITION));
        createSource();
        write(ownedBySource(), "1");
        ObjectNode left =
                server.store().find("v1", "ConfigMap", "default", "kept").orElseThrow();
        server.store().delete("sources.knative.dev/v1", "ApiServerSource", "default", "my-source");
        createSource();
        left.withObject("/metadata").remove(List.of("uid", "resourceVersion", "creationTimestamp"));
        server.store().create(left);
        ConfigMapStore mine = ownedBySource();

        assertThat(read(mine)).isEmpty();
        write(mine, "2");
        assertThat(read(ownedBySource())).isEqualTo("2");
    }

    @Test
    void hasNoOwnerWithoutTheSource() {
        ConfigMapStore mine = ownedBySource();
        write(mine, "1");

        assertThat(read(mine)).isEqualTo("1");
    }

    private ConfigMapStore ownedBySource() {
        return store(Fence.NONE).ownedBy("my-source");
    }

    private String createSource() {
        return server.store().create(object("""
                        {"apiVersion":"sources.knative.dev/v1","kind":"ApiServerSource",
                         "metadata":{"name":"my-source","namespace":"default"}}""")).at("/metadata/uid").asText();
    }

    private static ObjectNode object(String json) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    @Test
    void findsItsPartsByNamespaceAndName() {
        assertThat(other.contains(configMap("default", "kept"))).isTrue();
        assertThat(other.contains(configMap("default", "kept-16-15"))).isTrue();
        assertThat(other.contains(configMap("default", "kept-journal-15"))).isTrue();
        assertThat(other.contains(configMap("default", "kept-17-15"))).isFalse();
        assertThat(other.contains(configMap("default", "kept-journal"))).isFalse();
        assertThat(other.contains(configMap("default", "kept2"))).isFalse();
        assertThat(other.contains(configMap("other", "kept"))).isFalse();
    }

    private static ObjectMetadata configMap(String namespace, String name) {
        return new ObjectMetadata("v1", "ConfigMap", namespace, name, "u", "1", Optional.empty());
    }
}

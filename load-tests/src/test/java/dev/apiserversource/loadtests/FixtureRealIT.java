package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.cluster.Account;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The control plane itself: the tests of the adapter are worth as much as this is. */
@RealApiServer
class FixtureRealIT {

    @Test
    void anAccountMayDoWhatWasGrantedAndNoMore(ControlPlane plane) throws Exception {
        String namespace = plane.newNamespace("fixture");
        Account account = plane.newAccount(namespace, "reader").mayWatchIn(namespace, "", "configmaps");
        try (KubernetesClient client = clientOf(account)) {
            Patience.ofSeconds(5).until("the right is there", () -> mayList(client, namespace));
            assertThatThrownBy(() -> client.secrets().inNamespace(namespace).list())
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("forbidden");
            assertThatThrownBy(() -> client.configMaps().inNamespace("default").list())
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("forbidden");
        }
    }

    @Test
    void objectsSurviveACrashOfTheApiServer(ControlPlane plane) {
        String namespace = plane.newNamespace("fixture");

        plane.killApiServer();
        plane.startApiServer();

        assertThat(plane.client().namespaces().withName(namespace).get()).isNotNull();
    }

    @Test
    void forgottenHistoryCannotBeWatched(ControlPlane plane) {
        String before = plane.client()
                .configMaps()
                .list(new ListOptionsBuilder().withLimit(1L).build())
                .getMetadata()
                .getResourceVersion();
        plane.newNamespace("fixture");
        plane.forgetHistory();

        String frame = plane.client().raw("/api/v1/configmaps?watch=true&timeoutSeconds=2&resourceVersion=" + before);
        assertThat(frame).contains("\"ERROR\"").contains("410");
    }

    private static boolean mayList(KubernetesClient client, String namespace) {
        try {
            client.configMaps().inNamespace(namespace).list();
            return true;
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private static KubernetesClient clientOf(Account account) throws Exception {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(Files.readString(account.kubeconfig())))
                .withHttpClientFactory(new VertxHttpClientFactory())
                .build();
    }
}

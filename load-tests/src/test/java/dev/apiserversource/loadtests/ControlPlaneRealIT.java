package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.cluster.ApiServerOption;
import dev.apiserversource.loadtests.cluster.AuditLog.Request;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneExtension;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.cluster.KubeBinaries;
import dev.apiserversource.loadtests.cluster.TestServiceAccount;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The fixture itself: every other test relies on it. */
@ControlPlaneTest
class ControlPlaneRealIT {

    private static final String GRANTED = "configmaps";

    @Test
    void accountHasGrantedRightsAndNoOthers(ControlPlane plane) {
        String namespace = plane.createNamespace("fixture");
        TestServiceAccount account =
                plane.createServiceAccount(namespace, "reader").grantWatchIn(namespace, "", GRANTED);
        try (KubernetesClient client = account.client()) {
            assertRights(client, namespace);
        }
    }

    @Test
    void impersonatedUserHasItsOwnRights(ControlPlane plane) {
        String namespace = plane.createNamespace("fixture");
        TestServiceAccount account =
                plane.createServiceAccount(namespace, "reader").grantWatchIn(namespace, "", GRANTED);
        try (KubernetesClient client = plane.clientAs(account.user())) {
            assertRights(client, namespace);
        }
    }

    private static void assertRights(KubernetesClient client, String namespace) {
        TestBed.await("the right is effective").until(() -> mayList(client, namespace));
        assertThatThrownBy(() -> client.secrets().inNamespace(namespace).list())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("forbidden");
        assertThatThrownBy(() -> client.configMaps().inNamespace("default").list())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("forbidden");
    }

    @Test
    void objectsSurviveCrashOfApiServer(ControlPlane plane) {
        String namespace = plane.createNamespace("fixture");

        plane.crashApiServer();

        assertThat(plane.client().namespaces().withName(namespace).get()).isNotNull();
    }

    @Test
    void watchFromLostHistoryGets410(ControlPlane plane) {
        String before = plane.client()
                .configMaps()
                .list(new ListOptionsBuilder().withLimit(1L).build())
                .getMetadata()
                .getResourceVersion();
        plane.createNamespace("fixture");
        plane.loseWatchHistory();

        String frame = plane.client().raw("/api/v1/configmaps?watch=true&timeoutSeconds=2&resourceVersion=" + before);
        assertThat(frame).contains("\"ERROR\"").contains("410");
    }

    @Test
    void auditLogHasRequestsOfAUser() {
        KubeBinaries binaries = KubeBinaries.find(System.getenv()).orElseThrow();
        try (ControlPlane plane = ControlPlane.start(
                binaries,
                ControlPlaneExtension.folder(),
                ApiServerOption.AUDIT_LOG,
                ApiServerOption.UNLIMITED_REQUESTS)) {
            String namespace = plane.createNamespace("fixture");
            TestServiceAccount account = plane.createServiceAccount(namespace, "reader");
            try (KubernetesClient client = account.client()) {
                assertThat(mayList(client, namespace)).isFalse();
            }

            Request refused = new Request("list", "", GRANTED, namespace, "", 403);
            TestBed.await("the request is logged")
                    .untilAsserted(() -> assertThat(plane.auditLog().requestsOf(account.user()))
                            .containsExactly(refused));
            assertThat(refused.right()).isEqualTo("list configmaps");
        }
    }

    private static boolean mayList(KubernetesClient client, String namespace) {
        try {
            client.configMaps().inNamespace(namespace).list();
            return true;
        } catch (KubernetesClientException e) {
            return false;
        }
    }
}

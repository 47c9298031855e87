package dev.apiserversource.controller.discovery;

import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.APIGroupBuilder;
import io.fabric8.kubernetes.api.model.APIResourceBuilder;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.APIResourceListBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@EnableKubernetesMockClient
class ServerDiscoveryTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    KubernetesMockServer server;
    KubernetesClient client;

    private Clock clock = at(Duration.ZERO);

    @Test
    void findsTheRealPlural() {
        server.expect()
                .get()
                .withPath("/apis/example.com/v1")
                .andReturn(200, oxen())
                .once();
        assertThat(discovery().find("example.com/v1", "Ox"))
                .contains(new ApiResource("example.com", "v1", "oxen", "Ox", true));
    }

    @Test
    void findsCoreKinds() {
        APIResourceList core = list(new APIResourceBuilder()
                .withName("nodes")
                .withKind("Node")
                .withNamespaced(false)
                .build());
        server.expect().get().withPath("/api/v1").andReturn(200, core).once();
        assertThat(discovery().find("v1", "Node")).contains(new ApiResource("", "v1", "nodes", "Node", false));
    }

    @Test
    void ignoresSubresources() {
        APIResourceList scale = list(new APIResourceBuilder()
                .withName("oxen/scale")
                .withKind("Scale")
                .withNamespaced(true)
                .build());
        server.expect()
                .get()
                .withPath("/apis/example.com/v1")
                .andReturn(200, scale)
                .always();
        assertThat(discovery().find("example.com/v1", "Scale")).isEmpty();
    }

    @Test
    void cachesFoundKinds() {
        server.expect()
                .get()
                .withPath("/apis/example.com/v1")
                .andReturn(200, oxen())
                .once();
        ServerDiscovery discovery = discovery();
        assertThat(discovery.find("example.com/v1", "Ox")).isPresent();
        clock = at(Duration.ofMinutes(9));
        assertThat(discovery.find("example.com/v1", "Ox")).isPresent();
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void retriesMissingKindsAfterTwoSeconds() {
        server.expect()
                .get()
                .withPath("/apis/example.com/v1")
                .andReturn(404, "")
                .once();
        server.expect()
                .get()
                .withPath("/apis/example.com/v1")
                .andReturn(200, oxen())
                .once();
        ServerDiscovery discovery = discovery();
        assertThat(discovery.find("example.com/v1", "Ox")).isEmpty();
        assertThat(discovery.find("example.com/v1", "Ox")).isEmpty();
        clock = at(Duration.ofSeconds(2));
        assertThat(discovery.find("example.com/v1", "Ox")).isPresent();
    }

    @Test
    void findsAKindInAnyCase() {
        server.expect()
                .get()
                .withPath("/apis/example.com/v1")
                .andReturn(200, oxen())
                .always();
        assertThat(discovery().find("example.com/v1", "ox"))
                .contains(new ApiResource("example.com", "v1", "oxen", "Ox", true));
    }

    @Test
    void outageKeepsWhatAKindWas() {
        client = withoutRetries();
        server.expect()
                .get()
                .withPath("/apis/example.com/v1")
                .andReturn(200, oxen())
                .once();
        server.expect()
                .get()
                .withPath("/apis/example.com/v1")
                .andReturn(503, "")
                .always();
        ServerDiscovery discovery = discovery();
        assertThat(discovery.find("example.com/v1", "Ox")).isPresent();
        clock = at(Duration.ofMinutes(11));
        assertThat(discovery.find("example.com/v1", "Ox")).isEmpty();
        assertThat(discovery.lastKnown("example.com/v1", "Ox").plural()).isEqualTo("oxen");
        assertThat(discovery.lastKnown("example.com/v1", "Cow").plural()).isEqualTo("cows");
    }

    private KubernetesClient withoutRetries() {
        Config config = new ConfigBuilder(client.getConfiguration())
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    @Test
    void findsAKindInTheVersionThatItsGroupPrefers() {
        APIGroup group = new APIGroupBuilder()
                .withName("example.com")
                .addNewVersion("example.com/v1beta1", "v1beta1")
                .addNewVersion("example.com/v1", "v1")
                .withNewPreferredVersion("example.com/v1", "v1")
                .build();
        server.expect()
                .get()
                .withPath("/apis/example.com")
                .andReturn(200, group)
                .once();
        server.expect()
                .get()
                .withPath("/apis/example.com/v1")
                .andReturn(200, oxen())
                .once();
        ServerDiscovery discovery = discovery();
        assertThat(discovery.findInGroup("example.com", "Ox"))
                .map(ApiResource::apiVersion)
                .contains("example.com/v1");
        assertThat(discovery.findInGroup("example.com", "Ox")).isPresent();
        assertThat(discovery.findInGroup("", "Ox")).isEmpty();
    }

    @Test
    void serverErrorIsNotAMissingKind() {
        server.expect()
                .get()
                .withPath("/apis/example.com/v1")
                .andReturn(403, "")
                .always();
        assertThatThrownBy(() -> discovery().find("example.com/v1", "Ox"))
                .isInstanceOf(KubernetesClientException.class);
    }

    @Test
    void guessesThePluralAsKnativeDoes() {
        assertThat(ApiResource.guess("v1", "Event").plural()).isEqualTo("events");
        assertThat(ApiResource.guess("networking.k8s.io/v1", "NetworkPolicy").plural())
                .isEqualTo("networkpolicies");
        assertThat(ApiResource.guess("networking.k8s.io/v1", "Ingress").plural())
                .isEqualTo("ingresses");
        assertThat(ApiResource.guess("v1", "Endpoints").plural()).isEqualTo("endpoints");
        assertThat(ApiResource.guess("example.com/v1", "Ox").qualifiedName()).isEqualTo("oxs.example.com");
    }

    private ServerDiscovery discovery() {
        return new ServerDiscovery(client, new Clock() {
            @Override
            public Instant instant() {
                return clock.instant();
            }

            @Override
            public java.time.ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }
        });
    }

    private static Clock at(Duration later) {
        return Clock.fixed(START.plus(later), ZoneOffset.UTC);
    }

    private static APIResourceList oxen() {
        return list(new APIResourceBuilder()
                .withName("oxen")
                .withKind("Ox")
                .withNamespaced(true)
                .build());
    }

    private static APIResourceList list(io.fabric8.kubernetes.api.model.APIResource resource) {
        return new APIResourceListBuilder().withResources(resource).build();
    }
}

package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.cluster.AuthenticatingSink;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.cluster.TestServiceAccount;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Events for a sink that authenticates its senders with the API server's own keys. */
@ControlPlaneTest
class TokenRealIT {

    private static final String AUDIENCE = "shop/orders";
    private static final String IDENTITY = "source-oidc";

    private final TestBed bed;
    private AuthenticatingSink sink;

    TokenRealIT(ControlPlane plane) {
        bed = TestBed.forConfigMaps(plane);
    }

    @BeforeEach
    void start() {
        TestServiceAccount identity = bed.plane().createServiceAccount(bed.namespace(), IDENTITY);
        sink = AuthenticatingSink.start(bed.client(), AUDIENCE, identity.user());
    }

    @AfterEach
    void stop() {
        bed.close();
        sink.close();
    }

    private AdapterProcess launch() {
        return bed.launch(bed.configMaps(), launch -> launch.with(
                                "K_SINK", sink.url().toString())
                        .with("NAMESPACE", bed.namespace())
                        .with("K_AUDIENCE", AUDIENCE)
                        .with("K_OIDC_SERVICE_ACCOUNT", IDENTITY))
                .awaitReady(TestBed.TIMEOUT);
    }

    @Test
    void aTokenForTheAudienceIsSentAndNotLogged() {
        bed.account().grantTokensOf(IDENTITY, bed.namespace());
        AdapterProcess adapter = launch();
        create("a");
        create("b");
        awaitAccepted("a");
        awaitAccepted("b");

        assertThat(sink.refusals()).isEmpty();
        assertThat(sink.tokens()).hasSize(1);
        assertThat(adapter.log())
                .noneMatch(line -> line.toString().contains(sink.tokens().get(0)));
    }

    @Test
    void aRefusedTokenIsReplaced() {
        bed.account().grantTokensOf(IDENTITY, bed.namespace());
        launch();
        sink.revokeNext();
        create("a");
        awaitAccepted("a");

        assertThat(sink.refusals()).containsExactly("revoked");
        assertThat(sink.tokens()).hasSize(2);
    }

    @Test
    void withoutTheRightEventsWaitAndNoneIsLost() {
        AdapterProcess adapter = launch();
        create("a");
        adapter.awaitLog("the missing token", line -> line.says("no token for the sink, retrying"), TestBed.TIMEOUT);
        create("b");
        assertThat(sink.subjects()).isEmpty();
        bed.account().grantTokensOf(IDENTITY, bed.namespace());

        awaitAccepted("a");
        awaitAccepted("b");
        assertThat(sink.refusals()).isEmpty();
    }

    private void create(String name) {
        bed.client()
                .configMaps()
                .inNamespace(bed.namespace())
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    private void awaitAccepted(String name) {
        String subject = "/apis/v1/namespaces/" + bed.namespace() + "/configmaps/" + name;
        TestBed.await(subject).until(() -> sink.subjects().contains(subject));
    }
}

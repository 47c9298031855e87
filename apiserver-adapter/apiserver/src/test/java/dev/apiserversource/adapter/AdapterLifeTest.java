package dev.apiserversource.adapter;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.SinkFault;
import io.cloudevents.CloudEvent;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import static dev.apiserversource.samples.embedded.fault.ServerFault.FORBIDDEN;
import static org.assertj.core.api.Assertions.assertThat;

/** Start and end of the whole adapter. */
class AdapterLifeTest {

    private static final String CONFIG_MAPS =
            "{\"gvr\":{\"Group\":\"\",\"Version\":\"v1\",\"Resource\":\"configmaps\"}}";
    private static final String OXEN = "{\"gvr\":{\"Group\":\"zoo.example\",\"Version\":\"v1\",\"Resource\":\"oxs\"}}";
    private static final String CRD = """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
             "metadata":{"name":"oxen.zoo.example"},
             "spec":{"group":"zoo.example","scope":"Namespaced",
             "names":{"plural":"oxen","singular":"ox","kind":"Ox","listKind":"OxList"},
             "versions":[{"name":"v1","served":true,"storage":true,"schema":
             {"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}""";
    private static final String OLGA =
            "{\"apiVersion\":\"zoo.example/v1\",\"kind\":\"Ox\",\"metadata\":{\"name\":\"olga\","
                    + "\"namespace\":\"default\"}}";

    @RegisterExtension
    final AdapterFixture fixture = new AdapterFixture();

    @Test
    void skipsTheInitialState() {
        fixture.create("old", "1");
        fixture.startAndWatch();
        fixture.create("new", "1");
        fixture.awaitAccepted("add new");

        assertThat(fixture.accepted()).containsExactly("add new");
    }

    @Test
    void inReferenceModeOnlyMetadataIsRead() {
        fixture.watch("\"mode\":\"Reference\"", CONFIG_MAPS).startAndWatch();
        fixture.create("a", "1");
        fixture.awaitAccepted("add a");

        CloudEvent event = fixture.sink().accepted().get(0);
        assertThat(event.getType()).isEqualTo("dev.knative.apiserver.ref.add");
        assertThat(event.getSource()).hasToString(fixture.server().url());
        assertThat(event.getSubject()).isEqualTo("/apis/v1/namespaces/default/configmaps/a");
        assertThat(new String(event.getData().toBytes(), StandardCharsets.UTF_8))
                .isEqualTo("{\"kind\":\"ConfigMap\",\"namespace\":\"default\",\"name\":\"a\",\"apiVersion\":\"v1\"}");
        assertThat(fixture.server().requests())
                .filteredOn(request -> request.path().endsWith("/configmaps"))
                .isNotEmpty()
                .allSatisfy(request -> assertThat(request.header("Accept")).contains("as=PartialObjectMetadata;"));
    }

    @Test
    void emitsAllObjectsOfAKindThatAppearsLater() {
        AdapterUnderTest adapter =
                fixture.watch("\"mode\":\"Resource\"", CONFIG_MAPS, OXEN).start();
        fixture.until("one of two is open", () -> adapter.gauge("apiserversource.streams.open") == 1);
        assertThat(adapter.gauge("apiserversource.streams.wanted")).isEqualTo(2);
        fixture.server().store().create(AdapterFixture.object(CRD));
        fixture.server().store().create(AdapterFixture.object(OLGA));
        fixture.awaitAccepted("add olga");

        assertThat(fixture.sink().accepted().get(0).getSubject())
                .isEqualTo("/apis/zoo.example/v1/namespaces/default/oxen/olga");
        fixture.awaitOpen(adapter);
        assertThat(adapter.fatal().isComplete()).isFalse();
    }

    @Test
    void withFailFastAMissingKindIsFatal() {
        AdapterUnderTest adapter = fixture.watch("\"failFast\":true", OXEN).start();

        assertThat(Await.result(adapter.fatal())).isEqualTo("the API server does not serve zoo.example/v1");
    }

    @Test
    void withFailFastAMissingRightIsFatal() {
        fixture.server().faults().on(FORBIDDEN);
        AdapterUnderTest adapter =
                fixture.watch("\"failFast\":true", CONFIG_MAPS).start();

        assertThat(Await.result(adapter.fatal())).startsWith("v1/configmaps@default: HTTP 403: ");
    }

    @Test
    void withoutFailFastAMissingRightIsRetried() {
        fixture.server().faults().on(FORBIDDEN);
        AdapterUnderTest adapter = fixture.start();
        fixture.until(
                "it was refused", () -> adapter.count("apiserversource.watch.restarts", "reason", "forbidden") > 0);
        assertThat(adapter.gauge("apiserversource.streams.open")).isZero();
        fixture.server().faults().off(FORBIDDEN);
        fixture.awaitOpen(adapter);

        assertThat(adapter.fatal().isComplete()).isFalse();
    }

    @Test
    void deliversPendingEventsBeforeItStops() {
        AdapterUnderTest adapter = fixture.startAndWatch();
        fixture.sink().answerAfter(Duration.ofMillis(200));
        fixture.create("a", "1");
        fixture.update("a", "2");
        fixture.until("both are pending", () -> adapter.gauge("apiserversource.pending.events") == 2);
        Await.result(adapter.stop());

        assertThat(fixture.accepted()).containsExactly("add a", "update a");
        assertThat(fixture.server().openWatches()).isZero();
    }

    /** A connection that is closed early is counted as a cut watch. */
    @Test
    void drainsBeforeAnyConnectionIsClosed() {
        AdapterUnderTest adapter = fixture.startAndWatch();
        fixture.sink().answerAfter(Duration.ofMillis(200));
        fixture.create("a", "1");
        fixture.update("a", "2");
        fixture.until("both are pending", () -> adapter.gauge("apiserversource.pending.events") == 2);
        adapter.close();

        assertThat(fixture.accepted()).containsExactly("add a", "update a");
        assertThat(adapter.count("apiserversource.watch.restarts", "reason", "cut"))
                .isZero();
    }

    @Test
    void countsEventsThatArePendingAtTheDrainTimeout() {
        AdapterUnderTest adapter = fixture.with("ADAPTER_DRAIN_TIMEOUT", "1").startAndWatch();
        Await.result(fixture.sink().startFailing(SinkFault.STATUS_503));
        fixture.create("a", "1");
        fixture.until("it is pending", () -> adapter.gauge("apiserversource.pending.events") == 1);
        Future<Void> stopped = adapter.stop();
        Await.result(stopped);

        assertThat(adapter.count("apiserversource.events", "result", "pending_at_stop"))
                .isEqualTo(1);
    }

    @Test
    void readsNothingMoreWhileItDrains() {
        AdapterUnderTest adapter = fixture.startAndWatch();
        Await.result(fixture.sink().startFailing(SinkFault.STATUS_503));
        fixture.create("a", "1");
        fixture.until("it is pending", () -> adapter.gauge("apiserversource.pending.events") == 1);
        Future<Void> stopped = adapter.stop();
        fixture.until("nothing is watched", () -> fixture.server().openWatches() == 0);
        fixture.create("b", "1");
        Await.result(fixture.sink().mend());
        Await.result(stopped);

        assertThat(fixture.accepted()).containsExactly("add a");
    }
}

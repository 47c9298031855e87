package dev.apiserversource.adapter;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.SinkFault;
import io.cloudevents.CloudEvent;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import static dev.apiserversource.samples.embedded.fault.Fault.FORBIDDEN;
import static org.assertj.core.api.Assertions.assertThat;

/** The adapter from its start to its end, as its surroundings see it. */
class AdapterLifeTest {

    private static final String CONFIG_MAPS =
            "{\"gvr\":{\"Group\":\"\",\"Version\":\"v1\",\"Resource\":\"configmaps\"}}";
    private static final String OXEN = "{\"gvr\":{\"Group\":\"zoo.example\",\"Version\":\"v1\",\"Resource\":\"oxs\"}}";
    private static final String CRD = """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"oxen.zoo.example"},
             "spec":{"group":"zoo.example","scope":"Namespaced","names":{"plural":"oxen","singular":"ox","kind":"Ox","listKind":"OxList"},
             "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}""";
    private static final String OLGA =
            "{\"apiVersion\":\"zoo.example/v1\",\"kind\":\"Ox\",\"metadata\":{\"name\":\"olga\",\"namespace\":\"default\"}}";

    @RegisterExtension
    final AdapterWorld world = new AdapterWorld();

    @Test
    void whatExistsAtTheStartIsNoEvent() {
        world.create("old", "1");
        world.startAndWatch();
        world.create("new", "1");
        world.awaitAccepted("add new");

        assertThat(world.accepted()).containsExactly("add new");
    }

    @Test
    void inReferenceModeOnlyMetadataIsRead() {
        world.watch("\"mode\":\"Reference\"", CONFIG_MAPS).startAndWatch();
        world.create("a", "1");
        world.awaitAccepted("add a");

        CloudEvent event = world.sink().accepted().get(0);
        assertThat(event.getType()).isEqualTo("dev.knative.apiserver.ref.add");
        assertThat(event.getSource()).hasToString(world.server().url());
        assertThat(event.getSubject()).isEqualTo("/apis/v1/namespaces/default/configmaps/a");
        assertThat(new String(event.getData().toBytes(), StandardCharsets.UTF_8))
                .isEqualTo("{\"kind\":\"ConfigMap\",\"namespace\":\"default\",\"name\":\"a\",\"apiVersion\":\"v1\"}");
        assertThat(world.server().requests())
                .filteredOn(request -> request.path().endsWith("/configmaps"))
                .isNotEmpty()
                .allSatisfy(request -> assertThat(request.header("Accept")).contains("as=PartialObjectMetadata;"));
    }

    @Test
    void aKindThatAppearsLaterIsPickedUpWithAllItsObjects() {
        world.watch("\"mode\":\"Resource\"", CONFIG_MAPS, OXEN).start(Duration.ofMinutes(1));
        world.until("one of two is open", () -> world.gauge("apiserversource.streams.open") == 1);
        assertThat(world.gauge("apiserversource.streams.wanted")).isEqualTo(2);
        world.server().store().create(AdapterWorld.object(CRD));
        world.server().store().create(AdapterWorld.object(OLGA));
        world.awaitAccepted("add olga");

        assertThat(world.sink().accepted().get(0).getSubject())
                .isEqualTo("/apis/zoo.example/v1/namespaces/default/oxen/olga");
        world.awaitOpen();
        assertThat(world.fatal().isComplete()).isFalse();
    }

    @Test
    void withFailFastAKindThatDoesNotExistEndsIt() {
        world.watch("\"failFast\":true", OXEN).start(Duration.ofMinutes(1));

        assertThat(Await.result(world.fatal())).isEqualTo("the API server does not serve zoo.example/v1");
    }

    @Test
    void withFailFastARightThatIsMissingEndsIt() {
        world.server().faults().on(FORBIDDEN);
        world.watch("\"failFast\":true", CONFIG_MAPS).start(Duration.ofMinutes(1));

        assertThat(Await.result(world.fatal())).startsWith("v1/configmaps@default: HTTP 403: ");
    }

    @Test
    void withoutFailFastARightThatIsMissingIsWaitedFor() {
        world.server().faults().on(FORBIDDEN);
        world.start(Duration.ofMinutes(1));
        world.until("it was refused", () -> world.count("apiserversource.watch.restarts", "reason", "forbidden") > 0);
        assertThat(world.gauge("apiserversource.streams.open")).isZero();
        world.server().faults().off(FORBIDDEN);
        world.awaitOpen();

        assertThat(world.fatal().isComplete()).isFalse();
    }

    @Test
    void deliversWhatItHoldsBeforeItStops() {
        world.startAndWatch();
        world.sink().answerAfter(Duration.ofMillis(200));
        world.create("a", "1");
        world.update("a", "2");
        world.until("both are held", () -> world.gauge("apiserversource.pending.events") == 2);
        Await.result(world.stop());

        assertThat(world.accepted()).containsExactly("add a", "update a");
        assertThat(world.server().openWatches()).isZero();
    }

    /** Sink and API server live on the same Vert.x here, so that closing it too early would end them too. */
    @Test
    void drainsBeforeAnyConnectionIsClosed() {
        world.startAndWatch();
        world.sink().answerAfter(Duration.ofMillis(200));
        world.create("a", "1");
        world.update("a", "2");
        world.until("both are held", () -> world.gauge("apiserversource.pending.events") == 2);
        Await.result(world.stopAll());

        assertThat(world.accepted()).containsExactly("add a", "update a");
        assertThat(world.count("apiserversource.watch.restarts", "reason", "cut"))
                .isZero();
    }

    @Test
    void abandonsWhatTheSinkDoesNotTakeInTime() {
        world.with("ADAPTER_DRAIN_TIMEOUT", "1").startAndWatch();
        Await.result(world.sink().startFailing(SinkFault.STATUS_503));
        world.create("a", "1");
        world.until("it is held", () -> world.gauge("apiserversource.pending.events") == 1);
        Future<Void> stopped = world.stop();
        Await.result(stopped);

        assertThat(world.count("apiserversource.events", "result", "pending_at_stop"))
                .isEqualTo(1);
    }

    @Test
    void readsNothingMoreWhileItDrains() {
        world.startAndWatch();
        Await.result(world.sink().startFailing(SinkFault.STATUS_503));
        world.create("a", "1");
        world.until("it is held", () -> world.gauge("apiserversource.pending.events") == 1);
        Future<Void> stopped = world.stop();
        world.until("nothing is watched", () -> world.server().openWatches() == 0);
        world.create("b", "1");
        Await.result(world.sink().mend());
        Await.result(stopped);

        assertThat(world.accepted()).containsExactly("add a");
    }
}

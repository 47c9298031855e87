package dev.apiserversource.adapter;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.SinkFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.apiserversource.samples.embedded.fault.ServerFault.FORBIDDEN;
import static org.assertj.core.api.Assertions.assertThat;

/** The leader publishes its problems on its Lease. */
class LeaseProblemsTest {

    private static final String CONFIG_MAPS =
            "{\"gvr\":{\"Group\":\"\",\"Version\":\"v1\",\"Resource\":\"configmaps\"}}";

    private static final String LEASE = """
            {"apiVersion":"coordination.k8s.io/v1","kind":"Lease",
             "metadata":{"name":"my-lease","namespace":"default"}}""";

    @RegisterExtension
    final AdapterFixture fixture = new AdapterFixture();

    @Test
    void aSinkThatRefusesIsAProblemUntilItAccepts() {
        start();
        Await.result(fixture.sink().startFailing(SinkFault.STATUS_403));
        fixture.create("a", "1");
        fixture.until("the problem is published", () -> problems().contains("SinkRefuses"));
        assertThat(problems())
                .matches("\\[\\{\"type\":\"SinkRefuses\",\"message\":\"the sink answers 403, events are retried\","
                        + "\"since\":\"[-0-9]{10}T[0-9:]{8}Z\"}]");

        Await.result(fixture.sink().mend());
        fixture.until("the problem is removed", () -> problems().isEmpty());
    }

    /** The fault denies the Lease, too. After four failures the next request for the watch is seconds away. */
    @Test
    void aDeniedRightIsAProblem() {
        AdapterUnderTest adapter = start();
        fixture.server().faults().on(FORBIDDEN);
        fixture.server().endWatches();
        fixture.until(
                "the watch is denied",
                () -> adapter.count("apiserversource.watch.restarts", "reason", "forbidden") >= 4);
        fixture.server().faults().off(FORBIDDEN);
        fixture.until("the problem is published", () -> problems().contains("AccessDenied"));

        assertThat(problems()).contains("configmaps", "default");
    }

    @Test
    void theProgressOfAReplayIsPublished() {
        fixture.create("a", "1");
        fixture.watch("\"mode\":\"Resource\",\"replay\":\"r1\"", CONFIG_MAPS);
        start();
        fixture.until("the replay is complete", () -> annotation("progress").contains("Complete"));

        assertThat(annotation("progress"))
                .matches("\\{\"replay\":\\{\"value\":\"r1\",\"phase\":\"Complete\",\"objects\":1,"
                        + "\"startTime\":\"[-0-9]{10}T[0-9:]{8}Z\",\"completionTime\":\"[-0-9]{10}T[0-9:]{8}Z\"}}");
    }

    private AdapterUnderTest start() {
        fixture.server().store().create(AdapterFixture.object(LEASE));
        AdapterUnderTest adapter = fixture.with("LEASE_NAME", "my-lease")
                .with("LEASE_DURATION", "3")
                .start();
        fixture.until("it is the leader", adapter::isLeader);
        fixture.awaitOpen(adapter);
        return adapter;
    }

    private String problems() {
        return annotation("problems");
    }

    private String annotation(String name) {
        return fixture.server()
                .store()
                .find("coordination.k8s.io/v1", "Lease", "default", "my-lease")
                .orElseThrow()
                .at("/metadata/annotations/apiserversource.dev~1" + name)
                .asText();
    }
}

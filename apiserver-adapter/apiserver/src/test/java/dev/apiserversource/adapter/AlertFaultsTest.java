package dev.apiserversource.adapter;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.SinkFault;
import dev.apiserversource.frame.monitoring.MonitoringFiles;
import dev.apiserversource.samples.embedded.fault.ServerFault;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Real adapters, each in the fault of an alert. The metrics that the alert names move; their values before and in the
 * fault are written to {@code target/alerts}, where {@code .ci/alerts} shows with promtool that the alert fires. In the
 * end there is a series for everything that alerts and dashboard name.
 */
class AlertFaultsTest {

    private static final String LEASE = """
            {"apiVersion":"coordination.k8s.io/v1","kind":"Lease",
             "metadata":{"name":"my-lease","namespace":"default"},"spec":{}}
            """;

    private static final String UNREADABLE = """
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kept","namespace":"default"},
             "binaryData":{"checkpoint":"AAAA"}}
            """;

    /** An audit begins minutes after a resumed watch; StreamAuditTest counts its results. */
    private static final String AUDITS = "apiserversource_audits_total";

    private static final String CONFIG_MAPS =
            "{\"gvr\":{\"Group\":\"\",\"Version\":\"v1\",\"Resource\":\"configmaps\"}}";

    /** More than one failed attempt a second is a storm; the test takes what it sees for one minute. */
    private static final int STORM = 70;

    private final List<String> scrapes = new ArrayList<>();

    /** The metrics before and during the fault, which continues or occurs once. */
    private record Observation(String before, String after, boolean continues) {}

    @FunctionalInterface
    private interface Scenario {
        Observation run(AdapterFixture fixture);
    }

    /** By the name of the alert. */
    private static Map<String, Scenario> faults() {
        Map<String, Scenario> faults = new LinkedHashMap<>();
        faults.put("ApiServerSourceEventsDropped", fixture -> refused(fixture, "dropped"));
        faults.put("ApiServerSourceEventsDeadLettered", AlertFaultsTest::eventsDeadLettered);
        faults.put("ApiServerSourceGap", AlertFaultsTest::gap);
        faults.put("ApiServerSourceWatchForbidden", AlertFaultsTest::forbidden);
        faults.put("ApiServerSourceStreamsClosed", AlertFaultsTest::forbidden);
        faults.put("ApiServerSourceSinkRefuses", fixture -> failing(fixture, SinkFault.STATUS_403, 1));
        faults.put("ApiServerSourceRetryStorm", fixture -> failing(fixture, SinkFault.STATUS_503, STORM));
        faults.put("ApiServerSourceCheckpointFails", AlertFaultsTest::checkpointFails);
        faults.put("ApiServerSourceCheckpointIgnored", AlertFaultsTest::checkpointIgnored);
        faults.put("ApiServerSourceCheckpointDisabled", AlertFaultsTest::checkpointDisabled);
        faults.put("ApiServerSourceNoLeader", AlertFaultsTest::noLeader);
        faults.put("ApiServerSourceDeliverySuspended", AlertFaultsTest::deliverySuspended);
        return faults;
    }

    private static Observation eventsDeadLettered(AdapterFixture fixture) {
        String sink = fixture.sink().url().toString();
        fixture.watch("\"delivery\":{\"deadLetterSink\":{\"uri\":\"%s\"}}".formatted(sink), CONFIG_MAPS);
        return refused(fixture, "dead_lettered");
    }

    private static Observation gap(AdapterFixture fixture) {
        AdapterUnderTest adapter = fixture.startAndWatch();
        String before = adapter.metrics();
        fixture.server().faults().on(ServerFault.FREEZE_WATCH);
        fixture.create("a", "1");
        fixture.server().store().compact();
        fixture.server().faults().off(ServerFault.FREEZE_WATCH);
        fixture.until("a gap", () -> adapter.count("apiserversource.gaps", "reason", "gone") == 1);
        return new Observation(before, adapter.metrics(), false);
    }

    private static Observation checkpointFails(AdapterFixture fixture) {
        AdapterUnderTest adapter = fixture.with("CHECKPOINT_NAME", "kept").startAndWatch();
        fixture.until("a checkpoint", () -> adapter.metrics().contains("apiserversource_checkpoint_writes_total"));
        fixture.server()
                .faults()
                .onlyFor(request -> !request.method().equals("GET"))
                .on(ServerFault.FORBIDDEN);
        String before = adapter.metrics();
        fixture.create("a", "1");
        fixture.until("it fails", () -> adapter.metrics().contains("apiserversource_checkpoint_failures_total"));
        return new Observation(before, adapter.metrics(), true);
    }

    private static Observation checkpointIgnored(AdapterFixture fixture) {
        fixture.server().store().create(AdapterFixture.object(UNREADABLE));
        AdapterUnderTest adapter = fixture.with("CHECKPOINT_NAME", "kept").startAndWatch();
        return new Observation("", adapter.metrics(), false);
    }

    private static Observation checkpointDisabled(AdapterFixture fixture) {
        AdapterUnderTest adapter = fixture.startAndWatch();
        return new Observation("", adapter.metrics(), false);
    }

    private static Observation noLeader(AdapterFixture fixture) {
        AdapterUnderTest adapter = fixture.with("LEASE_NAME", "my-lease").start();
        return new Observation("", adapter.metrics(), false);
    }

    private static Observation deliverySuspended(AdapterFixture fixture) {
        fixture.server().store().create(AdapterFixture.object(LEASE));
        AdapterUnderTest adapter = fixture.with("LEASE_NAME", "my-lease")
                .with("LEASE_DURATION", "3")
                .startAndWatch();
        String before = adapter.metrics();
        fixture.server()
                .faults()
                .onlyFor(request -> request.path().contains("/leases/"))
                .on(ServerFault.ANSWER_500);
        fixture.until("it is suspended", () -> adapter.gauge("apiserversource.suspended") == 1);
        return new Observation(before, adapter.metrics(), false);
    }

    /** A final answer. */
    private static Observation refused(AdapterFixture fixture, String result) {
        AdapterUnderTest adapter = fixture.startAndWatch();
        String before = adapter.metrics();
        fixture.sink().breakNext(SinkFault.STATUS_400);
        fixture.create("a", "1");
        fixture.until("it is " + result, () -> adapter.count("apiserversource.events", "result", result) == 1);
        return new Observation(before, adapter.metrics(), false);
    }

    private static Observation forbidden(AdapterFixture fixture) {
        AdapterUnderTest adapter = fixture.startAndWatch();
        String before = adapter.metrics();
        fixture.server().faults().on(ServerFault.FORBIDDEN);
        fixture.server().endWatches();
        fixture.until(
                "watches are refused again and again",
                () -> adapter.count("apiserversource.watch.restarts", "reason", "forbidden") >= 2);
        return new Observation(before, adapter.metrics(), true);
    }

    private static Observation failing(AdapterFixture fixture, SinkFault fault, int events) {
        AdapterUnderTest adapter = fixture.startAndWatch();
        Await.result(fixture.sink().startFailing(fault));
        String before = adapter.metrics();
        for (int i = 0; i < events; i++) {
            fixture.create("a" + i, "1");
        }
        String status = fault.name().replace("STATUS_", "");
        fixture.until(
                events + " answers",
                () -> adapter.count("apiserversource.delivery.attempts", "status", status) >= events);
        assertThat(adapter.gauge("apiserversource.oldest.pending.seconds")).isPositive();
        assertThat(adapter.gauge("apiserversource.low.watermark.lag.seconds")).isPositive();
        String after = adapter.metrics();
        Await.result(fixture.sink().mend()); // or the drain takes its time
        return new Observation(before, after, true);
    }

    /** No fault: what the dashboard shows beside. */
    private static String ordinary(AdapterFixture fixture) {
        AdapterUnderTest adapter = fixture.with("CHECKPOINT_NAME", "kept")
                .with("OTEL_TRACES_EXPORTER", "console")
                .watch("\"eventTypes\":[\"add\",\"update\"]", CONFIG_MAPS)
                .startAndWatch();
        fixture.create("a", "1");
        fixture.awaitAccepted("add a");
        fixture.delete("a");
        fixture.until(
                "it is left out", () -> adapter.count("apiserversource.changes.left.out", "by", "eventTypes") == 1);
        fixture.until("a checkpoint", () -> adapter.metrics().contains("apiserversource_checkpoint_bytes_total"));
        return adapter.metrics();
    }

    @TestFactory
    Stream<DynamicTest> metricsMoveInTheFaultOfTheirAlert() {
        return Stream.concat(
                faults().entrySet().stream()
                        .map(fault ->
                                DynamicTest.dynamicTest(fault.getKey(), () -> moves(fault.getKey(), fault.getValue()))),
                Stream.of(DynamicTest.dynamicTest("every metric of alerts and dashboard exists", this::allExist)));
    }

    private void moves(String name, Scenario fault) {
        MonitoringFiles.Expression alert = MonitoringFiles.alerts().stream()
                .filter(rule -> rule.where().equals(name))
                .findAny()
                .orElseThrow();
        AdapterFixture fixture = new AdapterFixture();
        try {
            Observation observed = fault.run(fixture);
            scrapes.add(observed.after);
            AlertInput input = new AlertInput(alert, observed.before, observed.after, observed.continues);
            assertThat(input.movedSeries()).isNotEmpty();
            input.write();
        } finally {
            fixture.afterEach(null);
        }
    }

    private void allExist() {
        AdapterFixture fixture = new AdapterFixture();
        try {
            scrapes.add(ordinary(fixture));
        } finally {
            fixture.afterEach(null);
        }
        assertThat(MonitoringFiles.missing(
                        String.join("\n", scrapes),
                        metric -> metric.startsWith("apiserversource_")
                                && !metric.startsWith("apiserversource_controller_")
                                && !metric.startsWith("apiserversource_ping_")
                                && !metric.equals(AUDITS)))
                .isEmpty();
    }
}

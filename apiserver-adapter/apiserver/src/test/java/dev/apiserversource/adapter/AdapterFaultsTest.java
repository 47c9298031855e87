package dev.apiserversource.adapter;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.FixtureSink;
import dev.apiserversource.frame.delivery.SinkFault;
import dev.apiserversource.samples.embedded.EmbeddedApiServerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import static dev.apiserversource.samples.embedded.fault.ServerFault.BOOKMARKS_ONLY;
import static dev.apiserversource.samples.embedded.fault.ServerFault.EMPTY_WATCH;
import static dev.apiserversource.samples.embedded.fault.ServerFault.FREEZE_WATCH;
import static dev.apiserversource.samples.embedded.fault.ServerFault.NO_STREAMING_LIST;
import static dev.apiserversource.samples.embedded.fault.ServerFault.SPLIT_UTF8;
import static org.assertj.core.api.Assertions.assertThat;

/** Faults of the API server and of the sink: no change is lost, and those of one object stay in order. */
class AdapterFaultsTest {

    private static final String WIDE = "zwölf Boxkämpfer ☁️";

    @RegisterExtension
    final AdapterFixture fixture =
            new AdapterFixture(EmbeddedApiServerOptions.defaults().withBookmarkInterval(Duration.ofMillis(100)));

    /** A fault of the API server, and the reason that the adapter counts for it. */
    private enum ApiFault {
        CLOSE_WATCH("ended"),
        CUT_WATCH("cut"),
        TRUNCATE_FRAME("cut"),
        ERROR_FRAME("server_error"),
        GONE_410("gone"),
        RESET_CONNECTION("cut"),
        UNAUTHORIZED("unauthorized"),
        FORBIDDEN("forbidden"),
        ANSWER_429("throttled"),
        ANSWER_500("server_error"),
        GONE_410_HTTP("gone"),
        TOO_LARGE_VERSION("ahead"),
        EMPTY_WATCH("very_short");

        private final String reason;

        ApiFault(String reason) {
            this.reason = reason;
        }

        dev.apiserversource.samples.embedded.fault.ServerFault fault() {
            return dev.apiserversource.samples.embedded.fault.ServerFault.valueOf(name());
        }

        /** Strikes once. A fault of requests needs a request. */
        void strike(AdapterFixture fixture) {
            fixture.server().faults().once(fault());
            switch (this) {
                case RESET_CONNECTION,
                        UNAUTHORIZED,
                        FORBIDDEN,
                        ANSWER_429,
                        ANSWER_500,
                        GONE_410_HTTP,
                        TOO_LARGE_VERSION,
                        EMPTY_WATCH -> fixture.server().endWatches();
                default -> {}
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ApiFault.class)
    void losesNothingWhenTheApiServerFails(ApiFault apiFault) {
        fixture.create("kept", "1");
        AdapterUnderTest adapter = fixture.startAndWatch();
        fixture.create("a", WIDE);
        fixture.awaitAccepted("add a");
        apiFault.strike(fixture);
        fixture.update("a", WIDE + 2);
        fixture.create("b", WIDE);
        fixture.awaitAccepted("update a", "add b");
        apiFault.strike(fixture);
        fixture.delete("a");
        fixture.delete("kept");
        fixture.awaitAccepted("delete a", "delete kept");

        assertThat(fixture.accepted("a")).containsExactly("add a", "update a", "delete a");
        assertThat(fixture.accepted("b")).containsExactly("add b");
        assertThat(fixture.accepted("kept")).containsExactly("delete kept");
        // The deletions may have been delivered before the last fault struck.
        fixture.until("the fault struck", () -> fixture.server().faults().remaining(apiFault.fault()) == 0);
        fixture.until(
                "it was counted",
                () -> adapter.count("apiserversource.watch.restarts", "reason", apiFault.reason) >= 1);
        assertIdsNameOccurrences(fixture.sink());
        fixture.awaitOpen(adapter);
    }

    @Test
    void readsCharactersSplitOverChunks() {
        fixture.server().faults().on(SPLIT_UTF8);
        fixture.startAndWatch();
        fixture.create("a", WIDE);
        fixture.update("a", WIDE + 2);
        fixture.awaitAccepted("add a", "update a");

        assertThat(new String(fixture.sink().accepted().get(1).getData().toBytes(), StandardCharsets.UTF_8))
                .contains("\"value\":\"" + WIDE + "2\"");
    }

    @Test
    void losesNoChangeAfterABookmark() {
        fixture.startAndWatch();
        fixture.server().faults().on(BOOKMARKS_ONLY);
        fixture.create("a", "1");
        fixture.server().endWatches();
        fixture.update("a", "2");
        fixture.server().faults().off(BOOKMARKS_ONLY);
        fixture.awaitAccepted("add a", "update a");

        assertThat(fixture.accepted()).containsExactly("add a", "update a");
    }

    /** While other kinds change, bookmarks move the position of a quiet watch, so that it can be resumed. */
    @Test
    void resumesAQuietWatchFromItsBookmark() {
        // The watch after a list in pages has the timeout that is configured.
        fixture.server().faults().on(NO_STREAMING_LIST);
        AdapterUnderTest adapter = fixture.with("ADAPTER_WATCH_TIMEOUT", "1").startAndWatch();
        fixture.server()
                .store()
                .create(AdapterFixture.object(
                        "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\"}}"));
        String version = fixture.server().store().resourceVersion();

        fixture.until("a watch from " + version, () -> fixture.server().requests().stream()
                .anyMatch(request -> request.isWatch()
                        && request.parameter("resourceVersion").equals(version)));
        assertThat(adapter.count("apiserversource.relists", "reason", "gone")).isZero();
    }

    @Test
    void reopensAWatchOnAnIdleConnection() {
        AdapterUnderTest adapter = fixture.start(Duration.ofSeconds(1));
        fixture.awaitOpen(adapter);
        fixture.create("a", "1");
        fixture.awaitAccepted("add a");
        fixture.server().faults().on(FREEZE_WATCH);
        fixture.update("a", "2");
        fixture.until(
                "the connection is closed", () -> adapter.count("apiserversource.watch.restarts", "reason", "cut") > 0);
        fixture.server().faults().off(FREEZE_WATCH);

        fixture.awaitAccepted("update a");
        assertThat(fixture.accepted()).containsExactly("add a", "update a");
    }

    @Test
    void relistsAndComparesAfterGone() {
        fixture.create("gone", "1");
        fixture.create("kept", "1");
        fixture.create("changed", "1");
        AdapterUnderTest adapter = fixture.startAndWatch();
        fixture.server().faults().on(FREEZE_WATCH);
        fixture.delete("gone");
        fixture.update("changed", "2");
        fixture.create("new", "1");
        fixture.server().store().compact();
        fixture.server().faults().off(FREEZE_WATCH);

        fixture.awaitAccepted("delete gone", "update changed", "add new");
        assertThat(fixture.accepted()).hasSize(3);
        assertThat(adapter.count("apiserversource.relists", "reason", "gone")).isEqualTo(1);
    }

    @Test
    void relistsWhenTheHistoryIsGoneAndWatchesAreEmpty() {
        fixture.create("gone", "1");
        AdapterUnderTest adapter = fixture.startAndWatch();
        fixture.server().faults().on(EMPTY_WATCH).on(FREEZE_WATCH);
        fixture.delete("gone");
        fixture.server().store().compact();
        fixture.server().endWatches();
        fixture.until("the watch has ended", () -> fixture.server().openWatches() == 0);
        fixture.server().faults().off(FREEZE_WATCH);

        fixture.awaitAccepted("delete gone");
        assertThat(adapter.count("apiserversource.relists", "reason", "very_short"))
                .isEqualTo(1);
    }

    @Test
    void listsInPagesWhereStreamingListsAreRefused() {
        fixture.server().faults().on(NO_STREAMING_LIST);
        fixture.create("a", "1");
        fixture.startAndWatch();
        fixture.server().faults().once(dev.apiserversource.samples.embedded.fault.ServerFault.GONE_410);
        fixture.delete("a");
        fixture.awaitAccepted("delete a");

        assertThat(fixture.server().requests())
                .anyMatch(request -> request.parameter("limit").equals("500"));
    }

    @ParameterizedTest
    @EnumSource(
            value = SinkFault.class,
            names = {"STATUS_400", "REDIRECT", "ENDLESS_BODY", "STALL_BEFORE_HEADERS", "STALL_IN_BODY"},
            mode = EnumSource.Mode.EXCLUDE)
    void losesNothingWhenTheSinkFails(SinkFault fault) {
        AdapterUnderTest adapter = fixture.startAndWatch();
        fixture.create("a", "1");
        fixture.awaitAccepted("add a");
        Await.result(fixture.sink().startFailing(fault));
        fixture.update("a", "2");
        fixture.create("b", "1");
        fixture.delete("a");
        fixture.until("events wait for the sink", () -> adapter.gauge("apiserversource.pending.events") == 3);
        Await.result(fixture.sink().mend());

        fixture.awaitAccepted("update a", "delete a", "add b");
        assertThat(fixture.accepted("a")).containsExactly("add a", "update a", "delete a");
        assertIdsNameOccurrences(fixture.sink());
    }

    @ParameterizedTest
    @EnumSource(
            value = SinkFault.class,
            names = {"STALL_BEFORE_HEADERS", "ENDLESS_BODY"})
    void timesOutAnAttemptThatTheSinkDoesNotAnswer(SinkFault fault) {
        fixture.with("K_SINK_TIMEOUT", "1").startAndWatch();
        fixture.sink().breakNext(fault);
        fixture.create("a", "1");
        fixture.update("a", "2");

        fixture.awaitAccepted("add a", "update a");
        assertThat(fixture.accepted()).containsExactly("add a", "update a");
        assertIdsNameOccurrences(fixture.sink());
    }

    /** Retries have the id of the first attempt, and no other event has. */
    private static void assertIdsNameOccurrences(FixtureSink sink) {
        Map<String, List<String>> byId = sink.received().stream()
                .collect(Collectors.groupingBy(
                        received -> received.event().getId(),
                        LinkedHashMap::new,
                        Collectors.mapping(
                                received -> received.event().getSubject()
                                        + received.event().getType()
                                        + received.event().getExtension("resourceversion"),
                                Collectors.toList())));
        assertThat(byId.values()).allSatisfy(same -> assertThat(same).containsOnly(same.get(0)));
        assertThat(byId.values().stream().map(same -> same.get(0)).toList()).doesNotHaveDuplicates();
    }
}

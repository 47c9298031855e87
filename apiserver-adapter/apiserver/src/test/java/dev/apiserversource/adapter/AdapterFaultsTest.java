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

import static dev.apiserversource.samples.embedded.fault.Fault.BOOKMARKS_ONLY;
import static dev.apiserversource.samples.embedded.fault.Fault.FREEZE_WATCH;
import static dev.apiserversource.samples.embedded.fault.Fault.NO_STREAMING_LIST;
import static dev.apiserversource.samples.embedded.fault.Fault.SPLIT_UTF8;
import static org.assertj.core.api.Assertions.assertThat;

/** Whatever the API server and the sink do to the adapter: no change is lost, and each object's come in order. */
class AdapterFaultsTest {

    private static final String WIDE = "zwölf Boxkämpfer ☁️";

    @RegisterExtension
    final AdapterWorld world =
            new AdapterWorld(EmbeddedApiServerOptions.defaults().withBookmarkInterval(Duration.ofMillis(100)));

    /** How the API server can fail, and how one sees that it did. */
    private enum Trouble {
        CLOSE_WATCH("ended"),
        CUT_WATCH("cut"),
        TRUNCATE_FRAME("cut"),
        ERROR_FRAME("error_frame"),
        GONE_410("gone"),
        RESET_CONNECTION("cut"),
        UNAUTHORIZED("unauthorized"),
        FORBIDDEN("forbidden"),
        ANSWER_429("throttled"),
        ANSWER_500("server_error"),
        GONE_410_HTTP("gone"),
        TOO_LARGE_VERSION("error_frame");

        private final String reason;

        Trouble(String reason) {
            this.reason = reason;
        }

        dev.apiserversource.samples.embedded.fault.Fault fault() {
            return dev.apiserversource.samples.embedded.fault.Fault.valueOf(name());
        }

        /** Faults of requests need a reason to make one. */
        void strike(AdapterWorld world) {
            world.server().faults().once(fault());
            switch (this) {
                case RESET_CONNECTION,
                        UNAUTHORIZED,
                        FORBIDDEN,
                        ANSWER_429,
                        ANSWER_500,
                        GONE_410_HTTP,
                        TOO_LARGE_VERSION -> world.server().endWatches();
                default -> {}
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void losesNothingWhenTheApiServerFails(Trouble trouble) {
        world.create("kept", "1");
        world.startAndWatch();
        world.create("a", WIDE);
        world.awaitAccepted("add a");
        trouble.strike(world);
        world.update("a", WIDE + 2);
        world.create("b", WIDE);
        world.awaitAccepted("update a", "add b");
        trouble.strike(world);
        world.delete("a");
        world.delete("kept");
        world.awaitAccepted("delete a", "delete kept");

        assertThat(world.accepted("a")).containsExactly("add a", "update a", "delete a");
        assertThat(world.accepted("b")).containsExactly("add b");
        assertThat(world.accepted("kept")).containsExactly("delete kept");
        // The deletions may have come through before the last trouble was met.
        world.until("the trouble was met", () -> world.server().faults().remaining(trouble.fault()) == 0);
        world.until(
                "it was counted", () -> world.count("apiserversource.watch.restarts", "reason", trouble.reason) >= 1);
        assertIdsNameOccurrences(world.sink());
        world.awaitOpen();
    }

    @Test
    void readsCharactersThatComeInPieces() {
        world.server().faults().on(SPLIT_UTF8);
        world.startAndWatch();
        world.create("a", WIDE);
        world.update("a", WIDE + 2);
        world.awaitAccepted("add a", "update a");

        assertThat(new String(world.sink().accepted().get(1).getData().toBytes(), StandardCharsets.UTF_8))
                .contains("\"value\":\"" + WIDE + "2\"");
    }

    @Test
    void changesThatFollowBookmarksAreNotLost() {
        world.startAndWatch();
        world.server().faults().on(BOOKMARKS_ONLY);
        world.create("a", "1");
        world.server().endWatches();
        world.update("a", "2");
        world.server().faults().off(BOOKMARKS_ONLY);
        world.awaitAccepted("add a", "update a");

        assertThat(world.accepted()).containsExactly("add a", "update a");
    }

    /** While others write, a watch that has nothing to tell stays so near that it can always be resumed. */
    @Test
    void aQuietWatchIsCarriedOnByItsBookmarks() {
        world.with("ADAPTER_WATCH_TIMEOUT", "1").startAndWatch();
        world.server()
                .store()
                .create(AdapterWorld.object(
                        "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\"}}"));
        String version = world.server().store().resourceVersion();

        world.until("a watch from " + version, () -> world.server().requests().stream()
                .anyMatch(request -> request.isWatch()
                        && request.parameter("resourceVersion").equals(version)));
        assertThat(world.count("apiserversource.relists", "reason", "gone")).isZero();
    }

    @Test
    void aWatchThatFallsSilentIsFollowedByAnother() {
        world.start(Duration.ofSeconds(1));
        world.awaitOpen();
        world.create("a", "1");
        world.awaitAccepted("add a");
        world.server().faults().on(FREEZE_WATCH);
        world.update("a", "2");
        world.until(
                "the connection is given up", () -> world.count("apiserversource.watch.restarts", "reason", "cut") > 0);
        world.server().faults().off(FREEZE_WATCH);

        world.awaitAccepted("update a");
        assertThat(world.accepted()).containsExactly("add a", "update a");
    }

    @Test
    void comparesAfterItsHistoryIsForgotten() {
        world.create("gone", "1");
        world.create("kept", "1");
        world.create("changed", "1");
        world.startAndWatch();
        world.server().faults().on(FREEZE_WATCH);
        world.delete("gone");
        world.update("changed", "2");
        world.create("new", "1");
        world.server().store().compact();
        world.server().faults().off(FREEZE_WATCH);

        world.awaitAccepted("delete gone", "update changed", "add new");
        assertThat(world.accepted()).hasSize(3);
        assertThat(world.count("apiserversource.relists", "reason", "gone")).isEqualTo(1);
    }

    @Test
    void listsInPagesWhereStreamingListsAreRefused() {
        world.server().faults().on(NO_STREAMING_LIST);
        world.create("a", "1");
        world.startAndWatch();
        world.server().faults().once(dev.apiserversource.samples.embedded.fault.Fault.GONE_410);
        world.delete("a");
        world.awaitAccepted("delete a");

        assertThat(world.server().requests())
                .anyMatch(request -> request.parameter("limit").equals("500"));
    }

    @ParameterizedTest
    @EnumSource(
            value = SinkFault.class,
            names = {"STATUS_400", "REDIRECT", "ENDLESS_BODY", "STALL_BEFORE_HEADERS", "STALL_IN_BODY"},
            mode = EnumSource.Mode.EXCLUDE)
    void losesNothingWhenTheSinkFails(SinkFault fault) {
        world.startAndWatch();
        world.create("a", "1");
        world.awaitAccepted("add a");
        Await.result(world.sink().startFailing(fault));
        world.update("a", "2");
        world.create("b", "1");
        world.delete("a");
        world.until("events wait for the sink", () -> world.gauge("apiserversource.pending.events") == 3);
        Await.result(world.sink().mend());

        world.awaitAccepted("update a", "delete a", "add b");
        assertThat(world.accepted("a")).containsExactly("add a", "update a", "delete a");
        assertIdsNameOccurrences(world.sink());
    }

    @ParameterizedTest
    @EnumSource(
            value = SinkFault.class,
            names = {"STALL_BEFORE_HEADERS", "ENDLESS_BODY"})
    void givesAnAttemptUpThatTheSinkDoesNotEnd(SinkFault fault) {
        world.with("K_SINK_TIMEOUT", "1").startAndWatch();
        world.sink().breakNext(fault);
        world.create("a", "1");
        world.update("a", "2");

        world.awaitAccepted("add a", "update a");
        assertThat(world.accepted()).containsExactly("add a", "update a");
        assertIdsNameOccurrences(world.sink());
    }

    /** Repeats have the id of the first attempt, and nothing else has. */
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

package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.ApiClient.Reply;
import dev.apiserversource.samples.embedded.WatchReader.Frame;
import dev.apiserversource.samples.embedded.fault.ServerFault;
import dev.apiserversource.samples.embedded.store.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import static dev.apiserversource.samples.embedded.RunningServer.CONFIG_MAPS;
import static dev.apiserversource.samples.embedded.RunningServer.configMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FaultsTest {

    private static final String WATCH = CONFIG_MAPS + "?watch=true&resourceVersion=1";

    @RegisterExtension
    final RunningServer server =
            new RunningServer(EmbeddedApiServerOptions.defaults().withBookmarkInterval(Duration.ofMillis(50)));

    @ParameterizedTest
    @CsvSource({"UNAUTHORIZED, 401", "FORBIDDEN, 403", "ANSWER_429, 429", "ANSWER_500, 500"})
    void requestsFailAsOftenAsRequested(ServerFault fault, int code) {
        server.api().faults().times(fault, 2);

        assertThat(server.get(CONFIG_MAPS).code()).isEqualTo(code);
        assertThat(server.get("/api/v1").code()).isEqualTo(200);
        assertThat(server.get(CONFIG_MAPS).code()).isEqualTo(code);
        assertThat(server.get(CONFIG_MAPS).code()).isEqualTo(200);
    }

    @Test
    void tooManyRequestsHasARetryAfter() {
        server.api().faults().once(ServerFault.ANSWER_429);

        Reply reply = server.get(CONFIG_MAPS);

        assertThat(reply.http().headers().firstValue("retry-after")).contains("1");
        assertThat(reply.body().at("/details/retryAfterSeconds").asInt()).isEqualTo(1);
    }

    @Test
    void closeWatchEndsItBeforeTheNextChange() {
        WatchReader watch = server.watch(WATCH);
        server.api().faults().once(ServerFault.CLOSE_WATCH);
        server.store().create(configMap("a"));

        assertThat(watch.rest()).isEmpty();
        assertThat(server.watch(WATCH).next().summary()).isEqualTo("ADDED a");
    }

    @Test
    void truncatedFrameBreaksTheStream() {
        WatchReader watch = server.watch(WATCH);
        server.api().faults().once(ServerFault.TRUNCATE_FRAME);
        server.store().create(configMap("a"));

        assertThatThrownBy(watch::line).hasMessageContaining("IOException");
    }

    @ParameterizedTest
    @CsvSource({"GONE_410, 410", "ERROR_FRAME, 500"})
    void errorFrameEndsTheWatch(ServerFault fault, int code) {
        WatchReader watch = server.watch(WATCH);
        server.api().faults().once(fault);
        server.store().create(configMap("a"));

        assertThat(watch.rest()).singleElement().satisfies(frame -> {
            assertThat(frame.type()).isEqualTo("ERROR");
            assertThat(frame.object().path("code").asInt()).isEqualTo(code);
        });
    }

    @Test
    void goneOverHttpFailsWatchesOnly() {
        server.api().faults().once(ServerFault.GONE_410_HTTP);

        assertThat(server.get(CONFIG_MAPS).code()).isEqualTo(200);
        assertThat(server.watch(WATCH).code()).isEqualTo(410);
    }

    @Test
    void splitCharactersAreReassembled() {
        server.api().faults().on(ServerFault.SPLIT_UTF8);
        ObjectNode wide = configMap("wide");
        wide.withObject("/data").put("key", "zwölf Boxkämpfer ☁️");
        server.store().create(wide);

        Frame frame = server.watch(WATCH).next();

        assertThat(Json.text(frame.object(), "data.key")).isEqualTo("zwölf Boxkämpfer ☁️");
    }

    @Test
    void bookmarksOnlyDelaysChanges() {
        server.api().faults().on(ServerFault.BOOKMARKS_ONLY);
        WatchReader watch = server.watch(WATCH + "&allowWatchBookmarks=true");
        server.store().create(configMap("a"));

        Frame bookmark = watch.next();
        assertThat(bookmark.type()).isEqualTo("BOOKMARK");
        assertThat(bookmark.resourceVersion()).isNotEqualTo(server.store().resourceVersion());

        server.api().faults().off(ServerFault.BOOKMARKS_ONLY);
        Frame frame = watch.next();
        while (frame.type().equals("BOOKMARK")) {
            frame = watch.next();
        }
        assertThat(frame.summary()).isEqualTo("ADDED a");
    }

    @Test
    void frozenWatchResumesWhenTheFaultIsOff() {
        WatchReader watch = server.watch(WATCH);
        server.api().faults().on(ServerFault.FREEZE_WATCH);
        server.store().create(configMap("a"));

        CompletableFuture<Frame> frame = watch.later();
        assertThat(frame)
                .failsWithin(Duration.ofMillis(100))
                .withThrowableThat()
                .isInstanceOf(TimeoutException.class);
        server.api().faults().off(ServerFault.FREEZE_WATCH);
        assertThat(frame.join().summary()).isEqualTo("ADDED a");
    }

    @Test
    void resetConnectionHasNoResponse() {
        server.api().faults().once(ServerFault.RESET_CONNECTION);

        assertThatThrownBy(() -> server.post(CONFIG_MAPS, configMap("a").toString()))
                .hasMessageContaining("IOException");
        assertThat(server.get(CONFIG_MAPS).code()).isEqualTo(200);
    }

    @Test
    void onlyForRestrictsFaults() {
        server.api()
                .faults()
                .onlyFor(request -> request.path().endsWith("/secrets"))
                .on(ServerFault.ANSWER_500);

        assertThat(server.get(CONFIG_MAPS).code()).isEqualTo(200);
        assertThat(server.get("/api/v1/secrets").code()).isEqualTo(500);
    }

    @Test
    void anEmptyWatchHasNoFrame() {
        server.api().faults().once(ServerFault.EMPTY_WATCH);
        server.store().create(configMap("a"));
        String streaming = CONFIG_MAPS + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
        assertThat(server.watch(streaming).next().summary()).isEqualTo("ADDED a");

        WatchReader empty = server.watch(WATCH);
        assertThat(empty.code()).isEqualTo(200);
        assertThat(empty.rest()).isEmpty();
        assertThat(server.watch(WATCH).next().summary()).isEqualTo("ADDED a");
    }

    @Test
    void noStreamingListIsInvalid() {
        server.api().faults().once(ServerFault.NO_STREAMING_LIST);
        String streaming = CONFIG_MAPS + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";

        assertThat(server.get(streaming).code()).isEqualTo(422);
        assertThat(server.watch(streaming).code()).isEqualTo(200);
    }

    @Test
    void requestsAreRecorded() {
        server.get(CONFIG_MAPS + "?limit=7");

        assertThat(server.api().requests()).last().satisfies(request -> {
            assertThat(request.path()).isEqualTo(CONFIG_MAPS);
            assertThat(request.parameter("limit")).isEqualTo("7");
            assertThat(request.header("Accept")).isEqualTo("application/json");
            assertThat(request.isWatch()).isFalse();
        });
    }
}

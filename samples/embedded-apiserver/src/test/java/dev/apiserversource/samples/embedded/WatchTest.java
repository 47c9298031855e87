package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.WatchReader.Frame;
import dev.apiserversource.samples.embedded.store.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;

import static dev.apiserversource.samples.embedded.RunningServer.CONFIG_MAPS;
import static dev.apiserversource.samples.embedded.RunningServer.configMap;
import static org.assertj.core.api.Assertions.assertThat;

/** Watches beyond the protocol cases. */
class WatchTest {

    @RegisterExtension
    final RunningServer server =
            new RunningServer(EmbeddedApiServerOptions.defaults().withBookmarkInterval(Duration.ofMillis(50)));

    @Test
    void bookmarksAdvanceOverChangesTheSelectorHides() {
        WatchReader watch = server.watch(
                CONFIG_MAPS + "?watch=true&resourceVersion=1&allowWatchBookmarks=true&labelSelector=app=web");
        server.store().create(configMap("unseen"));
        String version = server.store().resourceVersion();

        Frame bookmark = watch.next();
        while (!bookmark.resourceVersion().equals(version)) {
            bookmark = watch.next();
        }

        assertThat(bookmark.type()).isEqualTo("BOOKMARK");
        assertThat(bookmark.object().path("kind").asText()).isEqualTo("ConfigMap");
    }

    @Test
    void timeoutSecondsEndsTheWatchWithABookmark() {
        WatchReader watch =
                server.watch(CONFIG_MAPS + "?watch=true&resourceVersion=1&allowWatchBookmarks=true&timeoutSeconds=1");

        List<Frame> frames = watch.rest();

        assertThat(frames).isNotEmpty().allMatch(frame -> frame.type().equals("BOOKMARK"));
        assertThat(server.api().openWatches()).isZero();
    }

    @Test
    void watchCoversOnlyItsNamespace() {
        WatchReader watch = server.watch(CONFIG_MAPS + "?watch=true&resourceVersion=1");
        ObjectNode elsewhere = configMap("elsewhere");
        elsewhere.withObject("/metadata").put("namespace", "kube-system");
        server.store().create(elsewhere);
        server.store().create(configMap("here"));

        assertThat(watch.next().summary()).isEqualTo("ADDED here");
    }

    @Test
    void aWatchThatIsNotReadEndsCleanly() {
        WatchReader watch = server.watch(CONFIG_MAPS + "?watch=true&resourceVersion=1");
        ObjectNode big = configMap("big");
        big.withObject("/data").put("bulk", "x".repeat(20_000));
        server.store().create(big);
        int changes = 0;
        while (server.api().openWatches() > 0 && changes < 5_000) {
            server.store().update(big.deepCopy().set("data", Json.object().put("bulk", changes + "x".repeat(20_000))));
            changes++;
        }

        List<Frame> read = watch.rest();

        assertThat(read).isNotEmpty().hasSizeLessThan(changes);
        assertThat(read).extracting(Frame::type).doesNotContain("ERROR");
    }
}

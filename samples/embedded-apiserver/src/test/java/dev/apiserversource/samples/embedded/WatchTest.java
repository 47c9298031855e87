package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.WatchReader.Frame;
import dev.apiserversource.samples.embedded.store.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;

import static dev.apiserversource.samples.embedded.RunningServer.CONFIG_MAPS;
import static dev.apiserversource.samples.embedded.RunningServer.METADATA_ONLY;
import static dev.apiserversource.samples.embedded.RunningServer.configMap;
import static dev.apiserversource.samples.embedded.RunningServer.labelled;
import static org.assertj.core.api.Assertions.assertThat;

class WatchTest {

    private static final String STREAMING_LIST =
            "&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";

    @RegisterExtension
    final RunningServer server =
            new RunningServer(EmbeddedApiServerOptions.defaults().withBookmarkInterval(Duration.ofMillis(50)));

    @Test
    void resumesBehindTheNamedVersion() {
        String version = server.store()
                .create(configMap("before"))
                .at("/metadata/resourceVersion")
                .asText();
        ObjectNode created = server.store().create(configMap("a"));
        server.store().update(changed(created));
        server.store().delete("v1", "ConfigMap", "default", "a");

        WatchReader watch = server.watch(CONFIG_MAPS + "?watch=true&resourceVersion=" + version);

        assertThat(watch.next(3)).containsExactly("ADDED a", "MODIFIED a", "DELETED a");
        server.store().create(configMap("b"));
        assertThat(watch.next().summary()).isEqualTo("ADDED b");
    }

    @Test
    void deletedCarriesTheLastStateAndTheVersionOfTheDeletion() {
        server.store().create(configMap("a"));
        String created = server.store().resourceVersion();
        server.store().delete("v1", "ConfigMap", "default", "a");

        Frame deleted = server.watch(CONFIG_MAPS + "?watch=true&resourceVersion=" + created)
                .next();

        assertThat(deleted.type()).isEqualTo("DELETED");
        assertThat(Json.text(deleted.object(), "data.key")).isEqualTo("value");
        assertThat(deleted.resourceVersion()).isEqualTo(server.store().resourceVersion());
    }

    @Test
    void answersGoneAfterACompaction() {
        server.store().create(configMap("a"));
        server.store().compact();

        WatchReader watch = server.watch(CONFIG_MAPS + "?watch=true&resourceVersion=1");

        assertThat(watch.code()).isEqualTo(200);
        assertThat(watch.rest()).singleElement().satisfies(frame -> {
            assertThat(frame.type()).isEqualTo("ERROR");
            assertThat(frame.object().path("code").asInt()).isEqualTo(410);
            assertThat(frame.object().path("reason").asText()).isEqualTo("Expired");
        });
    }

    @Test
    void streamsTheListAndMarksItsEnd() {
        server.store().create(configMap("a"));
        server.store().create(configMap("b"));

        WatchReader watch = server.watch(CONFIG_MAPS + "?watch=true" + STREAMING_LIST);

        assertThat(watch.next(2)).containsExactly("ADDED a", "ADDED b");
        Frame end = watch.next();
        assertThat(end.type()).isEqualTo("BOOKMARK");
        assertThat(end.object()
                        .at("/metadata/annotations/k8s.io~1initial-events-end")
                        .asText())
                .isEqualTo("true");
        assertThat(end.resourceVersion()).isEqualTo(server.store().resourceVersion());
    }

    @Test
    void bookmarksTellOfProgressThatTheSelectorHides() {
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
    void endsInOrderAfterTimeoutSecondsWithABookmark() {
        WatchReader watch =
                server.watch(CONFIG_MAPS + "?watch=true&resourceVersion=1&allowWatchBookmarks=true&timeoutSeconds=1");

        List<Frame> frames = watch.rest();

        assertThat(frames).isNotEmpty().allMatch(frame -> frame.type().equals("BOOKMARK"));
        assertThat(server.api().openWatches()).isZero();
    }

    @Test
    void anObjectThatLeavesTheSelectorIsDeletedAndOneThatEntersIsAdded() {
        WatchReader watch =
                server.watch(CONFIG_MAPS + "?watch=true&resourceVersion=1&labelSelector=app%20in%20(web,api)");
        server.store().create(labelled("a", "app", "none"));
        server.store().update(labelled("a", "app", "web"));
        server.store().update(labelled("a", "app", "api"));
        server.store().update(labelled("a", "app", "none"));

        assertThat(watch.next(2)).containsExactly("ADDED a", "MODIFIED a");
        Frame left = watch.next();

        assertThat(left.type()).isEqualTo("DELETED");
        assertThat(Json.text(left.object(), "metadata.labels.app")).isEqualTo("api");
        assertThat(left.resourceVersion()).isEqualTo(server.store().resourceVersion());
    }

    @Test
    void sendsMetadataOnlyWhereAskedTo() {
        server.store().create(configMap("a"));

        Frame frame = server.watchAs(CONFIG_MAPS + "?watch=true&resourceVersion=1", METADATA_ONLY)
                .next();

        assertThat(Json.text(frame.object(), "kind")).isEqualTo("PartialObjectMetadata");
        assertThat(frame.object().has("data")).isFalse();
        assertThat(frame.name()).isEqualTo("a");
    }

    @Test
    void seesOnlyItsNamespace() {
        WatchReader watch = server.watch(CONFIG_MAPS + "?watch=true&resourceVersion=1");
        ObjectNode elsewhere = configMap("elsewhere");
        elsewhere.withObject("/metadata").put("namespace", "kube-system");
        server.store().create(elsewhere);
        server.store().create(configMap("here"));

        assertThat(watch.next().summary()).isEqualTo("ADDED here");
    }

    @Test
    void aClientThatDoesNotReadIsCutOffInOrder() {
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

    private static ObjectNode changed(ObjectNode object) {
        ObjectNode changed = object.deepCopy();
        changed.withObject("/data").put("key", "changed");
        return changed;
    }
}

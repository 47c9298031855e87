package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.ApiRequest;
import dev.apiserversource.adapter.kube.PullReader;
import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.frame.time.Timers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the positions of the quiet streams of one resource fresh where the API server sends no bookmarks.
 *
 * <p>Event objects have no watch cache, and so no bookmarks (<a
 * href="https://github.com/kubernetes/kubernetes/issues/120348">kubernetes#120348</a>). The position of a quiet stream
 * would age until etcd has compacted the history after it.
 *
 * <pre>
 *   watch is silent    ───────────────────────────────────────────────►
 *   30 s               list of one object        30 s
 *   ──────────────────►│ shows version R ──────────────────────────────►│ position := R
 * </pre>
 *
 * <p>The premise: an API server sends on an open watch within 30 s what a consistent list shows. One list serves all
 * streams of the resource, because the version is that of the whole storage.
 */
final class PositionProbe {

    /** A stream without bookmarks, as the probe sees it. */
    interface QuietStream {

        WatchTarget target();

        /** Whether the same watch is open and has brought nothing for {@code duration}, although it was read. */
        boolean isSilentFor(Duration duration);

        /** The API server was at {@code resourceVersion} while the watch was silent. */
        void onServerAt(String resourceVersion);

        /** The watch would have brought every change up to {@code resourceVersion}. */
        void onAllSentUpTo(String resourceVersion);
    }

    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private final StreamDependencies dependencies;
    private final Timers timers;
    private final WatchParser parser;
    private final List<QuietStream> streams = new ArrayList<>();
    private int next;
    private boolean selective;
    private boolean stopped;
    private Runnable cancelStep = () -> {};

    /** A probe of streams of {@code resource}, to be started. */
    PositionProbe(ResourceType resource, StreamDependencies dependencies) {
        this.dependencies = dependencies;
        this.timers = dependencies.timers();
        this.parser = new WatchParser(resource);
    }

    void add(QuietStream stream) {
        streams.add(stream);
    }

    void start() {
        after(INTERVAL, this::probe);
    }

    void stop() {
        stopped = true;
        cancelStep.run();
    }

    private void after(Duration delay, Runnable action) {
        if (!stopped) {
            cancelStep = timers.after(delay, action)::cancel;
        }
    }

    private void probe() {
        List<QuietStream> quiet = silentFor(INTERVAL);
        if (quiet.isEmpty()) {
            after(INTERVAL, this::probe);
            return;
        }
        // Another one each time, because one target may be denied.
        WatchTarget target = quiet.get(next++ % quiet.size()).target();
        WatchTarget all = new WatchTarget(target.resource(), target.namespace(), "", true);
        PullReader reader =
                dependencies.readerWithoutCapacity(new ListReader(parser, new PageListener(timers.uptime())));
        cancelStep = reader::cancel;
        reader.start(dependencies.api(), ApiRequest.list(selective ? target.metadata() : all, 1, ""));
    }

    private List<QuietStream> silentFor(Duration duration) {
        return streams.stream().filter(stream -> stream.isSilentFor(duration)).toList();
    }

    private final class PageListener implements ListReader.Listener {

        private final Duration sentAt;

        PageListener(Duration sentAt) {
            this.sentAt = sentAt;
        }

        @Override
        public void onPage(WatchParser.ListEnd end) {
            String version = end.resourceVersion();
            silentSince(sentAt).forEach(stream -> stream.onServerAt(version));
            after(INTERVAL, () -> {
                silentSince(sentAt).forEach(stream -> stream.onAllSentUpTo(version));
                probe();
            });
        }

        @Override
        public void onClosed(WatchFailure failure) {
            // A selective list may read every object. But a Role can grant the selected objects only.
            selective ^= failure.isRightMissing();
            after(INTERVAL, PositionProbe.this::probe);
        }
    }

    private List<QuietStream> silentSince(Duration uptime) {
        return silentFor(timers.uptime().minus(uptime));
    }
}

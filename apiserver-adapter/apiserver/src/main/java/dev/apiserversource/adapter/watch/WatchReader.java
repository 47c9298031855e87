package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.json.ByteSlice;
import dev.apiserversource.adapter.json.LineSplitter;
import dev.apiserversource.adapter.kube.PullReader;
import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.model.Change;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * Reads one watch: frames become changes and progress. A streaming list begins with the objects that exist; when the bookmark has come
 * that ends them, what vanished meanwhile is reported, and only then does the watch count as read up to there.
 */
final class WatchReader implements PullReader.Body {

    /** Learns how far a stream has come. */
    interface Progress {

        /** The stream is complete up to now and will be told of every change from here on. */
        void opened();

        /** A list is complete, and all that came of it has been handed on; it shows the state at {@code resourceVersion}. */
        void listedUpTo(String resourceVersion);

        /** The watch has brought something: everything up to {@code resourceVersion} has been read and handed on. */
        void readUpTo(String resourceVersion);

        /** The watch is over. */
        void interrupted(WatchFailure why);
    }

    private final WatchParser reader;
    private final ChangeDetector detector;
    private final Progress progress;
    private final LineSplitter frames = new LineSplitter();
    private boolean listing;
    private @Nullable String listedUpTo;

    private WatchReader(WatchParser reader, ChangeDetector detector, Progress progress) {
        this.reader = reader;
        this.detector = detector;
        this.progress = progress;
    }

    /** A streaming list and the watch that follows it. */
    static WatchReader listThenWatch(WatchParser reader, ChangeDetector detector, Progress progress) {
        WatchReader reading = new WatchReader(reader, detector, progress);
        reading.listing = true;
        return reading;
    }

    /** The watch after a list in pages, which has shown the state at {@code resourceVersion}. */
    static WatchReader watchAfterList(
            String resourceVersion, WatchParser reader, ChangeDetector detector, Progress progress) {
        WatchReader reading = new WatchReader(reader, detector, progress);
        reading.listedUpTo = resourceVersion;
        return reading;
    }

    /** A watch that goes on where an earlier one was interrupted. */
    static WatchReader resumedWatch(WatchParser reader, ChangeDetector detector, Progress progress) {
        return new WatchReader(reader, detector, progress);
    }

    @Override
    public void opened() {
        if (listing) {
            detector.beginList();
        } else {
            progress.opened();
        }
    }

    @Override
    public void feed(byte[] chunk) {
        frames.feed(chunk);
    }

    @Override
    public PullReader.Step advance() throws IOException {
        if (detector.deriveDelete()) {
            return PullReader.Step.ADVANCED;
        }
        if (listedUpTo != null) {
            progress.listedUpTo(listedUpTo);
            listedUpTo = null;
        }
        ByteSlice frame = frames.next();
        return frame == null ? PullReader.Step.HUNGRY : handle(reader.frame(frame));
    }

    @Override
    public void closed(WatchFailure why) {
        progress.interrupted(why);
    }

    private PullReader.Step handle(WatchFrame frame) {
        if (frame instanceof WatchFrame.Failure failure) {
            WatchFailure.Cause cause = failure.code() == 410 ? WatchFailure.Cause.GONE : WatchFailure.Cause.ERROR_FRAME;
            return new PullReader.Step.Interrupted(new WatchFailure(cause, failure.message(), failure.retryAfter()));
        }
        if (frame instanceof WatchFrame.Changed change) {
            handle(change);
        } else if (frame instanceof WatchFrame.Bookmark bookmark) {
            handle(bookmark);
        }
        return PullReader.Step.ADVANCED;
    }

    private void handle(WatchFrame.Changed change) {
        if (listing && change.kind() == Change.Kind.ADDED) {
            detector.listed(new WatchParser.Item(change.object(), change.json(), true));
            return;
        }
        detector.watched(change);
        if (!listing) {
            progress.readUpTo(change.object().resourceVersion());
        }
    }

    private void handle(WatchFrame.Bookmark bookmark) {
        if (!listing) {
            progress.readUpTo(bookmark.resourceVersion());
        } else if (bookmark.endsInitialEvents()) {
            listing = false;
            detector.endList();
            listedUpTo = bookmark.resourceVersion();
            progress.opened();
        }
    }
}

package dev.apiserversource.adapter.watch;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * Reads one watch: frames become changes and progress. A streaming list begins with the objects that exist; when the bookmark has come
 * that ends them, what vanished meanwhile is reported, and only then does the watch count as read up to there.
 */
final class WatchReading implements Transfer.Body {

    /** Learns how far a stream has come. */
    interface Progress {

        /** The stream is complete up to now and will be told of every change from here on. */
        void opened();

        /** A list is complete, and all that came of it has been handed on; it shows the state at {@code resourceVersion}. */
        void listedUpTo(String resourceVersion);

        /** The watch has brought something: everything up to {@code resourceVersion} has been read and handed on. */
        void readUpTo(String resourceVersion);

        /** The watch is over. */
        void interrupted(Interruption why);
    }

    private final ObjectReader reader;
    private final ChangeDetector detector;
    private final Progress progress;
    private final FrameSplitter frames = new FrameSplitter();
    private boolean listing;
    private @Nullable String listedUpTo;

    private WatchReading(ObjectReader reader, ChangeDetector detector, Progress progress) {
        this.reader = reader;
        this.detector = detector;
        this.progress = progress;
    }

    /** A streaming list and the watch that follows it. */
    static WatchReading listThenWatch(ObjectReader reader, ChangeDetector detector, Progress progress) {
        WatchReading reading = new WatchReading(reader, detector, progress);
        reading.listing = true;
        return reading;
    }

    /** The watch after a list in pages, which has shown the state at {@code resourceVersion}. */
    static WatchReading watchAfterList(
            String resourceVersion, ObjectReader reader, ChangeDetector detector, Progress progress) {
        WatchReading reading = new WatchReading(reader, detector, progress);
        reading.listedUpTo = resourceVersion;
        return reading;
    }

    /** A watch that goes on where an earlier one was interrupted. */
    static WatchReading resumedWatch(ObjectReader reader, ChangeDetector detector, Progress progress) {
        return new WatchReading(reader, detector, progress);
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
    public Transfer.Step advance() throws IOException {
        if (detector.deriveDelete()) {
            return Transfer.Step.ADVANCED;
        }
        if (listedUpTo != null) {
            progress.listedUpTo(listedUpTo);
            listedUpTo = null;
        }
        Slice frame = frames.next();
        return frame == null ? Transfer.Step.HUNGRY : handle(reader.frame(frame));
    }

    @Override
    public void closed(Interruption why) {
        progress.interrupted(why);
    }

    private Transfer.Step handle(WatchFrame frame) {
        if (frame instanceof WatchFrame.Failure failure) {
            Interruption.Cause cause = failure.code() == 410 ? Interruption.Cause.GONE : Interruption.Cause.ERROR_FRAME;
            return new Transfer.Step.Interrupted(new Interruption(cause, failure.message(), failure.retryAfter()));
        }
        if (frame instanceof WatchFrame.Changed change) {
            handle(change);
        } else if (frame instanceof WatchFrame.Bookmark bookmark) {
            handle(bookmark);
        }
        return Transfer.Step.ADVANCED;
    }

    private void handle(WatchFrame.Changed change) {
        if (listing && change.kind() == Change.Kind.ADDED) {
            detector.listed(new ObjectReader.Item(change.object(), change.json(), true));
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

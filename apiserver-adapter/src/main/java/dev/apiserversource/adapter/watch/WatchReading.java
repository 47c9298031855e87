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

        /** Everything up to {@code resourceVersion} has been read and handed on. */
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

    /** A watch from {@code resourceVersion} on, which a completed list has shown or an earlier watch has read up to. */
    static WatchReading watchFrom(
            String resourceVersion, ObjectReader reader, ChangeDetector detector, Progress progress) {
        WatchReading reading = new WatchReading(reader, detector, progress);
        reading.listedUpTo = resourceVersion;
        return reading;
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
            progress.readUpTo(listedUpTo);
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

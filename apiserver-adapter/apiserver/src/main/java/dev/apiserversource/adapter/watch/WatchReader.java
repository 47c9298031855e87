package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.json.ByteSlice;
import dev.apiserversource.adapter.json.LineSplitter;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.PullReader;
import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ResourceVersions;
import dev.apiserversource.adapter.watch.WatchParser.WatchFrame;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * Decodes one watch: frames become changes and a position. A frame that emits a change waits for capacity, and the
 * frames behind it with it. All others are handled without.
 *
 * <p>A streaming list starts with the objects that exist. The bookmark that ends them completes the list. Then deletes
 * of objects that were not listed are derived, one per step. Only after them the list's resourceVersion is a position.
 */
final class WatchReader implements PullReader.ResponseDecoder {

    /** Receives the progress of a watch. */
    interface Listener {

        /** The API server has accepted the request. */
        void onAccepted();

        /** Every change from now on arrives: the list, if there is one, is complete, and the watch is open. */
        void onOpened();

        /** All changes that the list at {@code resourceVersion} shows were emitted. */
        void onListed(String resourceVersion);

        /** A change at {@code resourceVersion} follows. All changes before that version were emitted. */
        void onChange(String resourceVersion);

        /** All changes up to {@code resourceVersion} were emitted. */
        void onBookmark(String resourceVersion);

        /** The watch has ended. Last call. */
        void onClosed(WatchFailure failure);
    }

    /** An API server that does not annotate the end of a list sends a bookmark about once a minute. */
    private static final int MAX_BOOKMARKS_IN_LIST = 2;

    private static final PullReader.Step NO_END = new PullReader.Step.Failed(
            WatchFailure.of(WatchFailure.Cause.MALFORMED, "bookmarks, but none that ends the initial events"));

    private final WatchParser parser;
    private final ChangeDetector detector;
    private final Listener listener;
    private final LineSplitter frames = new LineSplitter();
    private boolean frameIncomplete;
    private boolean listing;
    private int bookmarksInList;
    private @Nullable String listedVersion;
    private @Nullable WatchFrame unhandled;

    /** The newest version of this watch. It never goes back, unless etcd was restored from a backup. */
    private String newestVersion;

    private WatchReader(String resourceVersion, WatchParser parser, ChangeDetector detector, Listener listener) {
        this.newestVersion = resourceVersion;
        this.parser = parser;
        this.detector = detector;
        this.listener = listener;
    }

    /** A streaming list and the watch that follows it. */
    static WatchReader streamingList(WatchParser parser, ChangeDetector detector, Listener listener) {
        WatchReader reader = new WatchReader("", parser, detector, listener);
        reader.listing = true;
        return reader;
    }

    /** The watch after a list in pages that shows the collection at {@code resourceVersion}. */
    static WatchReader afterList(
            String resourceVersion, WatchParser parser, ChangeDetector detector, Listener listener) {
        WatchReader reader = new WatchReader(resourceVersion, parser, detector, listener);
        reader.listedVersion = resourceVersion;
        return reader;
    }

    /** A watch that resumes from {@code resourceVersion}. */
    static WatchReader resumed(String resourceVersion, WatchParser parser, ChangeDetector detector, Listener listener) {
        return new WatchReader(resourceVersion, parser, detector, listener);
    }

    @Override
    public void opened() {
        listener.onAccepted();
        if (listing) {
            detector.beginList();
        } else {
            listener.onOpened();
        }
    }

    @Override
    public void feed(byte[] chunk) {
        frames.feed(chunk);
        frameIncomplete = chunk.length > 0 && chunk[chunk.length - 1] != '\n';
    }

    @Override
    public boolean isUnitIncomplete() {
        return frameIncomplete;
    }

    @Override
    public int heldBytes() {
        int unit =
                unhandled instanceof WatchFrame.Changed change ? change.json().length() : 0;
        return frames.heldBytes() + unit;
    }

    @Override
    public PullReader.Step advance(Capacity capacity) throws IOException {
        if (detector.hasUnseen()) {
            return PullReader.Step.handled(detector.deriveDelete(capacity));
        }
        if (listedVersion != null) {
            return PullReader.Step.handled(completeList(listedVersion, capacity));
        }
        WatchFrame frame = unhandled == null ? next() : unhandled;
        if (frame == null) {
            return PullReader.Step.NEED_MORE_INPUT;
        }
        PullReader.Step step = handle(frame, capacity);
        unhandled = step instanceof PullReader.Step.AwaitCapacity ? frame : null;
        return step;
    }

    private @Nullable WatchFrame next() throws IOException {
        ByteSlice frame = frames.next();
        return frame == null ? null : parser.frame(frame);
    }

    /** The end of a gap is emitted, which needs capacity. The position moves with it, or a crash would lose the gap. */
    private boolean completeList(String version, Capacity capacity) {
        if (detector.gaps().isOpen() && !capacity.available()) {
            return false;
        }
        listener.onListed(version);
        listedVersion = null;
        return true;
    }

    @Override
    public void closed(WatchFailure failure) {
        listener.onClosed(failure);
    }

    private PullReader.Step handle(WatchFrame frame, Capacity capacity) {
        if (frame instanceof WatchFrame.Failure error) {
            return new PullReader.Step.Failed(
                    WatchFailure.ofErrorFrame(error.code(), error.message(), error.retryAfter()));
        }
        if (frame instanceof WatchFrame.Changed change) {
            return handle(change, capacity);
        }
        return frame instanceof WatchFrame.Bookmark bookmark ? handle(bookmark) : PullReader.Step.ADVANCED;
    }

    private PullReader.Step handle(WatchFrame.Changed change, Capacity capacity) {
        if (listing && change.kind() == Change.Kind.ADDED) {
            return PullReader.Step.handled(
                    detector.listed(new WatchParser.Item(change.object(), change.json(), true), capacity));
        }
        if (!listing) {
            String version = change.object().resourceVersion();
            if (ResourceVersions.isOlder(version, newestVersion)) {
                return reset(version);
            }
            newestVersion = version;
            listener.onChange(version);
        }
        return PullReader.Step.handled(detector.watched(change, capacity));
    }

    private PullReader.Step handle(WatchFrame.Bookmark bookmark) {
        String version = bookmark.resourceVersion();
        if (listing && !bookmark.endsInitialEvents()) {
            return ++bookmarksInList > MAX_BOOKMARKS_IN_LIST ? NO_END : PullReader.Step.ADVANCED;
        }
        if (ResourceVersions.isOlder(version, newestVersion)) {
            return reset(version);
        }
        newestVersion = version;
        if (listing) {
            listing = false;
            detector.endList();
            listedVersion = version;
            listener.onOpened();
        } else {
            listener.onBookmark(version);
        }
        return PullReader.Step.ADVANCED;
    }

    private PullReader.Step reset(String version) {
        return new PullReader.Step.Failed(
                WatchFailure.of(WatchFailure.Cause.RESET, "resourceVersion " + version + " after " + newestVersion));
    }
}

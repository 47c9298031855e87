package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.json.ByteSlice;
import dev.apiserversource.adapter.json.LineSplitter;
import dev.apiserversource.adapter.kube.PullReader;
import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.watch.WatchParser.WatchFrame;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * Decodes one watch: frames become changes and a position.
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

        /** All changes up to {@code resourceVersion} were emitted. */
        void onProgress(String resourceVersion);

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
    private boolean listing;
    private int bookmarksInList;
    private @Nullable String listedVersion;

    private WatchReader(WatchParser parser, ChangeDetector detector, Listener listener) {
        this.parser = parser;
        this.detector = detector;
        this.listener = listener;
    }

    /** A streaming list and the watch that follows it. */
    static WatchReader streamingList(WatchParser parser, ChangeDetector detector, Listener listener) {
        WatchReader reader = new WatchReader(parser, detector, listener);
        reader.listing = true;
        return reader;
    }

    /** The watch after a list in pages that shows the collection at {@code resourceVersion}. */
    static WatchReader afterList(
            String resourceVersion, WatchParser parser, ChangeDetector detector, Listener listener) {
        WatchReader reader = new WatchReader(parser, detector, listener);
        reader.listedVersion = resourceVersion;
        return reader;
    }

    /** A watch that resumes from the position. */
    static WatchReader resumed(WatchParser parser, ChangeDetector detector, Listener listener) {
        return new WatchReader(parser, detector, listener);
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
    }

    @Override
    public PullReader.Step advance() throws IOException {
        if (detector.deriveDelete()) {
            return PullReader.Step.ADVANCED;
        }
        if (listedVersion != null) {
            listener.onListed(listedVersion);
            listedVersion = null;
        }
        ByteSlice frame = frames.next();
        return frame == null ? PullReader.Step.NEED_MORE_INPUT : handle(parser.frame(frame));
    }

    @Override
    public void closed(WatchFailure failure) {
        listener.onClosed(failure);
    }

    private PullReader.Step handle(WatchFrame frame) {
        if (frame instanceof WatchFrame.Failure error) {
            return new PullReader.Step.Failed(
                    WatchFailure.ofErrorFrame(error.code(), error.message(), error.retryAfter()));
        }
        if (frame instanceof WatchFrame.Changed change) {
            handle(change);
        } else if (frame instanceof WatchFrame.Bookmark bookmark) {
            handle(bookmark);
        }
        return bookmarksInList > MAX_BOOKMARKS_IN_LIST ? NO_END : PullReader.Step.ADVANCED;
    }

    private void handle(WatchFrame.Changed change) {
        if (listing && change.kind() == Change.Kind.ADDED) {
            detector.listed(new WatchParser.Item(change.object(), change.json(), true));
            return;
        }
        detector.watched(change);
        if (!listing) {
            listener.onProgress(change.object().resourceVersion());
        }
    }

    private void handle(WatchFrame.Bookmark bookmark) {
        if (!listing) {
            listener.onProgress(bookmark.resourceVersion());
        } else if (bookmark.endsInitialEvents()) {
            listing = false;
            detector.endList();
            listedVersion = bookmark.resourceVersion();
            listener.onOpened();
        } else {
            bookmarksInList++;
        }
    }
}

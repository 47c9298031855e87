package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.json.ByteSlice;
import dev.apiserversource.adapter.json.ListSplitter;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.PullReader;
import dev.apiserversource.adapter.kube.WatchFailure;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** Decodes one page of a list, item by item. */
final class ListReader implements PullReader.ResponseDecoder {

    /** Receives the items of one page, and how it ended. */
    interface Listener {

        /** The API server has accepted the request. */
        default void onAccepted() {}

        /** One object. Returns false when there is no capacity for it; then it is passed again. */
        default boolean onItem(WatchParser.Item item, Capacity capacity) {
            return true;
        }

        /** The page is complete. Last call. */
        void onPage(WatchParser.ListEnd end);

        /** The page is incomplete. Last call. */
        void onClosed(WatchFailure failure);
    }

    private final WatchParser parser;
    private final Listener listener;
    private final ListSplitter items = new ListSplitter();
    private WatchParser.@Nullable Item unhandled;

    ListReader(WatchParser parser, Listener listener) {
        this.parser = parser;
        this.listener = listener;
    }

    @Override
    public void opened() {
        listener.onAccepted();
    }

    @Override
    public void feed(byte[] chunk) {
        items.feed(chunk);
    }

    @Override
    public int heldBytes() {
        return items.heldBytes() + (unhandled == null ? 0 : unhandled.json().length());
    }

    @Override
    public PullReader.Step advance(Capacity capacity) throws IOException {
        WatchParser.Item item = unhandled == null ? next() : unhandled;
        if (item == null) {
            return PullReader.Step.NEED_MORE_INPUT;
        }
        boolean handled = listener.onItem(item, capacity);
        unhandled = handled ? null : item;
        return PullReader.Step.handled(handled);
    }

    private WatchParser.@Nullable Item next() throws IOException {
        ByteSlice item = items.next();
        return item == null ? null : parser.item(item);
    }

    @Override
    public void closed(WatchFailure failure) {
        if (failure.cause() != WatchFailure.Cause.ENDED) {
            listener.onClosed(failure);
            return;
        }
        try {
            listener.onPage(WatchParser.listEnd(items.envelope()));
        } catch (IOException incomplete) {
            listener.onClosed(WatchFailure.of(WatchFailure.Cause.MALFORMED, "list: " + incomplete.getMessage()));
        }
    }
}

package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.json.ByteSlice;
import dev.apiserversource.adapter.json.ListSplitter;
import dev.apiserversource.adapter.kube.PullReader;
import dev.apiserversource.adapter.kube.WatchFailure;

import java.io.IOException;
import java.util.function.Consumer;

/** Reads one page of a list, item by item. */
final class ListPageReader implements PullReader.Body {

    private final WatchParser reader;
    private final ChangeDetector detector;
    private final Consumer<WatchParser.ListEnd> complete;
    private final Consumer<WatchFailure> interrupted;
    private final ListSplitter items = new ListSplitter();

    /** A page that ends in {@code complete}, or in {@code interrupted} when it could not be read to its end. */
    ListPageReader(
            WatchParser reader,
            ChangeDetector detector,
            Consumer<WatchParser.ListEnd> complete,
            Consumer<WatchFailure> interrupted) {
        this.reader = reader;
        this.detector = detector;
        this.complete = complete;
        this.interrupted = interrupted;
    }

    @Override
    public void opened() {}

    @Override
    public void feed(byte[] chunk) {
        items.feed(chunk);
    }

    @Override
    public PullReader.Step advance() throws IOException {
        ByteSlice item = items.next();
        if (item == null) {
            return PullReader.Step.HUNGRY;
        }
        detector.listed(reader.item(item));
        return PullReader.Step.ADVANCED;
    }

    @Override
    public void closed(WatchFailure why) {
        if (why.cause() != WatchFailure.Cause.ENDED) {
            interrupted.accept(why);
            return;
        }
        WatchParser.ListEnd end;
        try {
            end = WatchParser.listEnd(items.envelope());
        } catch (IOException incomplete) {
            interrupted.accept(WatchFailure.of(WatchFailure.Cause.MALFORMED, "list: " + incomplete.getMessage()));
            return;
        }
        complete.accept(end);
    }
}

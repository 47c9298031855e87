package dev.apiserversource.adapter.watch;

import java.io.IOException;
import java.util.function.Consumer;

/** Reads one page of a list, item by item. */
final class PageReading implements Transfer.Body {

    private final ObjectReader reader;
    private final ChangeDetector detector;
    private final Consumer<ObjectReader.ListEnd> complete;
    private final Consumer<Interruption> interrupted;
    private final ItemSplitter items = new ItemSplitter();

    /** A page that ends in {@code complete}, or in {@code interrupted} when it could not be read to its end. */
    PageReading(
            ObjectReader reader,
            ChangeDetector detector,
            Consumer<ObjectReader.ListEnd> complete,
            Consumer<Interruption> interrupted) {
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
    public Transfer.Step advance() throws IOException {
        Slice item = items.next();
        if (item == null) {
            return Transfer.Step.HUNGRY;
        }
        detector.listed(reader.item(item));
        return Transfer.Step.ADVANCED;
    }

    @Override
    public void closed(Interruption why) {
        if (why.cause() != Interruption.Cause.ENDED) {
            interrupted.accept(why);
            return;
        }
        ObjectReader.ListEnd end;
        try {
            end = ObjectReader.listEnd(items.envelope());
        } catch (IOException incomplete) {
            interrupted.accept(Interruption.of(Interruption.Cause.MALFORMED, "list: " + incomplete.getMessage()));
            return;
        }
        complete.accept(end);
    }
}

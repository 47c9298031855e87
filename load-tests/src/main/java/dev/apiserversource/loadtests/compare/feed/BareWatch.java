package dev.apiserversource.loadtests.compare.feed;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/** Writes one watch over HTTP/1.1: a chunk for each change, large blocks of them, as far as the client reads. */
final class BareWatch {

    private static final int BLOCK = 256 * 1024;
    private static final int CHUNK_HEAD = 10;
    private static final int CHUNK = CHUNK_HEAD + 2;

    private final FeedOptions options;
    private final Answer.Watch watch;
    private final OutputStream out;
    private final byte[] block;
    private int filled;
    private long version;

    BareWatch(FeedOptions options, Answer.Watch watch, OutputStream out) {
        this.options = options;
        this.watch = watch;
        this.out = out;
        this.version = watch.version();
        this.block = new byte[Math.max(BLOCK, 2 * (options.bytes() + 1024))];
    }

    /** Writes all there is; the response stays open. */
    void run() throws IOException {
        Collection objects = watch.objects();
        if (watch.listed()) {
            if (objects != null) {
                list(objects);
            }
            byte[] end = watch.endOfList().getBytes(StandardCharsets.US_ASCII);
            reserve(end.length);
            System.arraycopy(end, 0, block, filled + CHUNK_HEAD, end.length);
            endChunk(end.length);
        }
        flush();
        if (objects != null) {
            changes(objects);
            System.out.println("sent " + options.events());
        }
    }

    private void list(Collection objects) throws IOException {
        for (int number = 0; number < objects.count(); number++) {
            reserve(objects.addedLength());
            objects.added(block, filled + CHUNK_HEAD, number, watch.version());
            endChunk(objects.addedLength());
        }
    }

    private void changes(Collection objects) throws IOException {
        long due = System.nanoTime();
        for (long sent = 0; sent < options.events(); sent++) {
            if (options.isPaced()) {
                due += options.interval().toNanos();
                pause(due);
            }
            version++;
            reserve(objects.modifiedLength());
            long nanos = options.isPaced() ? System.nanoTime() : 0;
            objects.modified(block, filled + CHUNK_HEAD, version, nanos);
            endChunk(objects.modifiedLength());
        }
        flush();
    }

    /** What was due while the client did not read is sent at once. */
    private void pause(long due) throws IOException {
        if (System.nanoTime() < due) {
            flush();
        }
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
            LockSupport.parkNanos(wait);
        }
    }

    private void reserve(int length) throws IOException {
        if (block.length - filled < length + CHUNK) {
            flush();
        }
    }

    /** Puts the head before a chunk that was written, and its end behind. */
    private void endChunk(int length) {
        for (int digit = CHUNK_HEAD - 3; digit >= 0; digit--) {
            block[filled + digit] = (byte) Character.forDigit((length >> (4 * (CHUNK_HEAD - 3 - digit))) & 15, 16);
        }
        lineEnd(filled + CHUNK_HEAD - 2);
        lineEnd(filled + CHUNK_HEAD + length);
        filled += CHUNK + length;
    }

    private void lineEnd(int at) {
        block[at] = '\r';
        block[at + 1] = '\n';
    }

    private void flush() throws IOException {
        out.write(block, 0, filled);
        filled = 0;
        Collection objects = watch.objects();
        if (objects != null) {
            objects.sent(version);
        }
    }
}

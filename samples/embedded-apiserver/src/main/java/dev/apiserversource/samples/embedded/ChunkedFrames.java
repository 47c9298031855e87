package dev.apiserversource.samples.embedded;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** A watch as a chunked answer: one JSON object per line, in chunks as small as the real server's. */
final class ChunkedFrames implements FrameSink {

    private static final int CHUNK_BYTES = 2048;

    private final HttpServerRequest request;
    private final HttpServerResponse response;

    /** Sends the head of the answer at once: that tells the client that its watch is open. */
    ChunkedFrames(HttpServerRequest request) {
        this.request = request;
        this.response = request.response();
        response.setChunked(true).putHeader("content-type", "application/json");
        response.putHeader("cache-control", "no-cache, private");
        response.writeHead();
    }

    @Override
    public void frame(Buffer frame) {
        writeInPieces(frame.copy().appendByte((byte) '\n'), CHUNK_BYTES);
    }

    @Override
    public void splitFrame(Buffer frame) {
        writeInPieces(frame.copy().appendByte((byte) '\n'), 1);
    }

    @Override
    public void fragment(Buffer part) {
        response.write(part);
    }

    @Override
    public boolean isFull() {
        return response.writeQueueFull();
    }

    @Override
    public void onRoom(Runnable action) {
        response.drainHandler(drained -> action.run());
    }

    @Override
    public void onGone(Runnable action) {
        response.closeHandler(closed -> action.run());
        response.exceptionHandler(failure -> action.run());
    }

    @Override
    public void end() {
        response.end();
    }

    @Override
    public void cut() {
        cut(request);
    }

    /** Ends {@code request} without a (further) answer. */
    static void cut(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset();
        } else {
            request.connection().close();
        }
    }

    private void writeInPieces(Buffer bytes, int size) {
        for (int from = 0; from < bytes.length(); from += size) {
            response.write(bytes.getBuffer(from, Math.min(from + size, bytes.length())));
        }
    }
}

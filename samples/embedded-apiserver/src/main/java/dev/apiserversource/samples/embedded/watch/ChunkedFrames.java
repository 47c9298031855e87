package dev.apiserversource.samples.embedded.watch;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** A watch as a chunked response with one JSON object per line. */
final class ChunkedFrames implements FrameSink {

    /** The chunk size of the real API server. */
    private static final int CHUNK_BYTES = 2048;

    private final HttpServerRequest request;
    private final HttpServerResponse response;

    /** Sends the response head at once, so that the client sees the watch as open. */
    ChunkedFrames(HttpServerRequest request) {
        this.request = request;
        this.response = request.response();
        response.setChunked(true).putHeader("content-type", "application/json");
        response.putHeader("cache-control", "no-cache, private");
        response.writeHead();
    }

    @Override
    public void send(Buffer frame) {
        writeInPieces(frame.copy().appendByte((byte) '\n'), CHUNK_BYTES);
    }

    @Override
    public void sendBytewise(Buffer frame) {
        writeInPieces(frame.copy().appendByte((byte) '\n'), 1);
    }

    @Override
    public void sendPart(Buffer part) {
        response.write(part);
    }

    @Override
    public boolean isFull() {
        return response.writeQueueFull();
    }

    @Override
    public void onDrain(Runnable action) {
        response.drainHandler(drained -> action.run());
    }

    @Override
    public void onClose(Runnable action) {
        response.closeHandler(closed -> action.run());
        response.exceptionHandler(failure -> action.run());
    }

    @Override
    public void end() {
        response.end();
    }

    @Override
    public void closeConnection() {
        closeConnection(request);
    }

    /** Closes the connection, or resets the stream of HTTP/2. */
    static void closeConnection(HttpServerRequest request) {
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

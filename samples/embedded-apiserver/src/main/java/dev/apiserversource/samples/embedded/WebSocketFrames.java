package dev.apiserversource.samples.embedded;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;

/** A watch as a WebSocket: one text message per frame. */
final class WebSocketFrames implements FrameSink {

    private final HttpServerRequest request;
    private final ServerWebSocket socket;

    /** Sends to {@code socket}, into which {@code request} was turned. */
    WebSocketFrames(HttpServerRequest request, ServerWebSocket socket) {
        this.request = request;
        this.socket = socket;
    }

    @Override
    public void frame(Buffer frame) {
        socket.writeTextMessage(frame.toString());
    }

    /** One message in many frames; the first byte of a JSON object is a character of its own. */
    @Override
    public void splitFrame(Buffer frame) {
        int last = frame.length() - 1;
        for (int at = 0; at <= last; at++) {
            Buffer piece = frame.getBuffer(at, at + 1);
            socket.writeFrame(at == 0 ? first(piece, last == 0) : WebSocketFrame.continuationFrame(piece, at == last));
        }
    }

    @Override
    public void fragment(Buffer part) {
        socket.writeFrame(first(part, false));
    }

    @Override
    public boolean isFull() {
        return socket.writeQueueFull();
    }

    @Override
    public void onRoom(Runnable action) {
        socket.drainHandler(drained -> action.run());
    }

    @Override
    public void onGone(Runnable action) {
        socket.closeHandler(closed -> action.run());
        socket.exceptionHandler(failure -> action.run());
    }

    @Override
    public void end() {
        socket.close();
    }

    @Override
    public void cut() {
        request.connection().close();
    }

    private static WebSocketFrame first(Buffer piece, boolean isFinal) {
        return WebSocketFrame.textFrame(piece.toString(), isFinal);
    }
}

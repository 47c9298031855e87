package dev.apiserversource.samples.embedded.watch;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;

/** A watch as a WebSocket: one text message per frame. */
final class WebSocketFrames implements FrameSink {

    private final HttpServerRequest request;
    private final ServerWebSocket socket;

    /** Sends to {@code socket}, the upgraded {@code request}. */
    WebSocketFrames(HttpServerRequest request, ServerWebSocket socket) {
        this.request = request;
        this.socket = socket;
    }

    @Override
    public void send(Buffer frame) {
        socket.writeTextMessage(frame.toString());
    }

    /** One message in many frames. The first byte of a JSON object is a whole character. */
    @Override
    public void sendBytewise(Buffer frame) {
        int last = frame.length() - 1;
        for (int at = 0; at <= last; at++) {
            Buffer piece = frame.getBuffer(at, at + 1);
            socket.writeFrame(at == 0 ? first(piece, last == 0) : WebSocketFrame.continuationFrame(piece, at == last));
        }
    }

    @Override
    public void sendPart(Buffer part) {
        socket.writeFrame(first(part, false));
    }

    @Override
    public boolean isFull() {
        return socket.writeQueueFull();
    }

    @Override
    public void onDrain(Runnable action) {
        socket.drainHandler(drained -> action.run());
    }

    @Override
    public void onClose(Runnable action) {
        socket.closeHandler(closed -> action.run());
        socket.exceptionHandler(failure -> action.run());
    }

    @Override
    public void end() {
        socket.close();
    }

    @Override
    public void closeConnection() {
        request.connection().close();
    }

    private static WebSocketFrame first(Buffer piece, boolean isFinal) {
        return WebSocketFrame.textFrame(piece.toString(), isFinal);
    }
}

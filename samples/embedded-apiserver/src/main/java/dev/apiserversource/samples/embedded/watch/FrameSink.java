package dev.apiserversource.samples.embedded.watch;

import io.vertx.core.buffer.Buffer;

/** The client's end of a watch. */
interface FrameSink {

    /** Sends one frame, given without a line end. */
    void send(Buffer frame);

    /** Sends one frame in pieces of one byte. */
    void sendBytewise(Buffer frame);

    /** Sends the beginning of a frame that is never completed. */
    void sendPart(Buffer part);

    /** Whether the client has not read what was written. */
    boolean isFull();

    /** Calls {@code action} whenever the sink is writable again. */
    void onDrain(Runnable action);

    /** Calls {@code action} once, when the client is disconnected. */
    void onClose(Runnable action);

    /** Ends the stream cleanly. */
    void end();

    /** Closes the connection, or resets the stream of HTTP/2, without an end of the stream. */
    void closeConnection();
}

package dev.apiserversource.samples.embedded;

import io.vertx.core.buffer.Buffer;

/** The client's end of a watch. */
interface FrameSink {

    /** Sends one frame, given without a line end. */
    void frame(Buffer frame);

    /** As {@link #frame}, in pieces of one byte. */
    void splitFrame(Buffer frame);

    /** Sends {@code part}, the beginning of a frame that never ends. */
    void fragment(Buffer part);

    /** Whether what was written is still waiting for the client to read it. */
    boolean isFull();

    /** Calls {@code action} whenever there is room again. */
    void onRoom(Runnable action);

    /** Calls {@code action} once, when the client is gone. */
    void onGone(Runnable action);

    /** Ends the stream as the protocol has it. */
    void end();

    /** Closes the connection (HTTP/2: resets the stream) in mid-air. */
    void cut();
}

package dev.apiserversource.frame.leader;

import java.util.function.Consumer;

/** The way to the process that holds the Lease: a connection that is held open to notice when its other end is gone. */
public interface Lifeline {

    /** How a connection ended. */
    enum End {
        /** It was up, the holder had answered, and it broke or was closed. */
        CUT,
        /** Nobody listens at that address. */
        REFUSED,
        /** Anything else, such as no answer or that of another: proves nothing. */
        NOTHING
    }

    /** Connects, and stays connected; tells {@code ended} once. */
    Line hold(String address, String holder, Consumer<End> ended);

    /** A connection, or an attempt at one. */
    interface Line {

        /** Ends it; nobody is told. */
        void close();
    }
}

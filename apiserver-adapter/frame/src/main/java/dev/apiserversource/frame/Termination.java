package dev.apiserversource.frame;

/** Ends the process at once: pending events stay unsettled, and nothing more is sent or written. */
public interface Termination {

    /** The source cannot work; {@code why} is for people. */
    void fatal(String why);

    /** Another process is the leader, or may be; {@code why} is for people. */
    void leadershipLost(String why);
}

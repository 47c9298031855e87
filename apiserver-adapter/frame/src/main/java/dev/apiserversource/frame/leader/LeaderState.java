package dev.apiserversource.frame.leader;

/** The state of this process in the election. */
public sealed interface LeaderState {

    /** Whether this process is the leader, delivery suspended or not. */
    default boolean isLeader() {
        return this instanceof Leading || this instanceof Suspended;
    }

    /** The Lease cannot be read or acquired; {@code why} is for people. */
    record Waiting(String why) implements LeaderState {}

    /** Another process is the leader, and this one is ready to take over. */
    record Standby(String leader) implements LeaderState {}

    /** This process holds the Lease, or needs none. */
    record Leading() implements LeaderState {}

    /** The Lease was not renewed in time. Nothing is sent until it is; {@code why} is for people. */
    record Suspended(String why) implements LeaderState {}

    /** The Lease is released or lost. This process cannot become the leader again. */
    record Ended() implements LeaderState {}
}

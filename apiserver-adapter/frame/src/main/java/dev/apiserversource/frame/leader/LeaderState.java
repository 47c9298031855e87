package dev.apiserversource.frame.leader;

/** Where this process stands. */
public sealed interface LeaderState {

    /** The Lease cannot be read or taken; {@code why} is for people. */
    record Waiting(String why) implements LeaderState {}

    /** Somebody else holds the Lease, and this process is ready to take it over. */
    record Standby(String holder) implements LeaderState {}

    /** The Lease is ours. */
    record Active() implements LeaderState {}

    /** The Lease was ours, and it could not be renewed in time: it may be ours still. */
    record Suspended(String why) implements LeaderState {}

    /** The Lease is not ours any more, and will not be again in this process. */
    record Over() implements LeaderState {}
}

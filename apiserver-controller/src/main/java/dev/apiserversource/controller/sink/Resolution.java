package dev.apiserversource.controller.sink;

/** What came of resolving a destination. */
public sealed interface Resolution {

    /**
     * It has an address.
     *
     * @param address the address
     */
    record Resolved(SinkAddress address) implements Resolution {}

    /**
     * It has none, for now.
     *
     * @param reason why, in one word
     * @param message why, and what to do about it
     */
    record Unresolved(String reason, String message) implements Resolution {}
}

package dev.apiserversource.loadtests.compare.row;

/**
 * One of the two adapters.
 *
 * @param name {@code ours} or {@code peer}
 * @param command that starts it
 */
public record Variant(String name, String command) {}

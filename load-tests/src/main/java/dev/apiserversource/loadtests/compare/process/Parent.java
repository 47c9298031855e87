package dev.apiserversource.loadtests.compare.process;

import java.util.Map;

/** Ends a server when the program that has started it ends, also when that was killed. */
public final class Parent {

    /** Name of the argument. A server that was started by hand has none, and runs on. */
    static final String ARGUMENT = "parent";

    private Parent() {}

    /** Ends this process when the process of the argument {@code --parent} ends. */
    public static void endWith(Map<String, String> arguments) {
        String parent = arguments.get(ARGUMENT);
        if (parent != null) {
            Thread thread = new Thread(() -> awaitEnd(Long.parseLong(parent)), "parent");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void awaitEnd(long parent) {
        ProcessHandle.of(parent).ifPresent(running -> running.onExit().join());
        Runtime.getRuntime().halt(0);
    }
}

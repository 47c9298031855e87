package dev.apiserversource.samples.quickstart;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What the user sees: the events that event-display prints, and between them the progress of the quickstart. */
record Console(PrintStream out) {

    /** Standard output, in UTF-8 in any locale. */
    static Console standardOutput() {
        return new Console(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
    }

    /** Prints {@code text} unchanged. */
    void print(String text) {
        out.print(text);
    }

    /** Prints one line of progress. */
    void progress(String line) {
        out.println("quickstart: " + line);
    }

    /** Prints one line of progress about one part of the environment. */
    void progress(String part, String line) {
        progress("%-14s %s".formatted(part, line));
    }
}

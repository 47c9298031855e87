package dev.apiserversource.samples.quickstart;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What the person in front of it sees: events as they are displayed, and between them what the quickstart says. */
record Screen(PrintStream out) {

    /** Standard output, in UTF-8 whatever the locale. */
    static Screen standardOutput() {
        return new Screen(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
    }

    void show(String text) {
        out.print(text);
    }

    void say(String line) {
        out.println("quickstart: " + line);
    }
}

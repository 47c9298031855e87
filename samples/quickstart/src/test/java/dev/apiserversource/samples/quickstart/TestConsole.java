package dev.apiserversource.samples.quickstart;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** Records what a console shows, and lets a test wait for lines of progress. */
final class TestConsole {

    private static final Pattern KUBECONFIG = Pattern.compile("kubeconfig +(\\S+)");
    private static final Pattern PROCESS = Pattern.compile("process (\\d+)");

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final BlockingQueue<String> progress = new LinkedBlockingQueue<>();
    private final Console console = new Console(new PrintStream(shown, true, StandardCharsets.UTF_8) {
        @Override
        public void println(String line) {
            super.println(line);
            progress.add(line);
        }
    });

    Console console() {
        return console;
    }

    /** All that has been shown. */
    String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    /** The PID in the next line of progress, which must match {@code pattern}. */
    long nextProcess(String pattern) throws InterruptedException {
        String line = next();
        assertThat(line).containsPattern(pattern);
        Matcher process = PROCESS.matcher(line);
        assertThat(process.find()).as(line).isTrue();
        return Long.parseLong(process.group(1));
    }

    /** Waits for a line of progress that contains {@code phrase}. */
    void await(String phrase) throws InterruptedException {
        String line = next();
        while (!line.contains(phrase)) {
            line = next();
        }
    }

    /** Waits for a line of progress that contains {@code phrase}; returns the kubeconfig that was shown before. */
    Path awaitKubeconfig(String phrase) throws InterruptedException {
        await(phrase);
        Matcher kubeconfig = KUBECONFIG.matcher(shown());
        assertThat(kubeconfig.find()).as(shown()).isTrue();
        return Path.of(kubeconfig.group(1));
    }

    private String next() throws InterruptedException {
        String line = progress.poll(120, TimeUnit.SECONDS);
        assertThat(line).as("next line of progress after:%n%s", shown()).isNotNull();
        return line;
    }
}

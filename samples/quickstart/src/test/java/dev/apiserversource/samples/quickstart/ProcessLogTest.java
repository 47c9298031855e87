package dev.apiserversource.samples.quickstart;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class ProcessLogTest {

    @TempDir
    private Path folder;

    private ProcessLog log;

    @BeforeEach
    void open() {
        log = new ProcessLog(folder.resolve("log"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12:00 INFO probes listening port=\"4711\"",
                "12:00 INFO port=4711 probes listening",
                "{\"message\":\"probes listening\",\"port\":4711}"
            })
    void findsThePortOfTheProbes(String line) {
        log.append("metrics listening port=1\n");
        assertThat(log.probesPort()).isEmpty();

        log.append(line + "\nmore\n");

        assertThat(log.probesPort()).hasValue(4711);
    }

    @Test
    void forgetsThePortOfTheProbesOnARestart() {
        log.append("probes listening port=1\n");

        log.restarted();

        assertThat(log.probesPort()).isEmpty();
    }

    @Test
    void writesEveryLineToTheFileAndRetainsTheLastTwenty() throws Exception {
        IntStream.rangeClosed(1, 30).forEach(line -> log.append("line " + line + "\n"));

        assertThat(Files.readAllLines(log.file())).hasSize(30);
        assertThat(log.tail().lines()).hasSize(20).startsWith("line 11").endsWith("line 30");
    }
}

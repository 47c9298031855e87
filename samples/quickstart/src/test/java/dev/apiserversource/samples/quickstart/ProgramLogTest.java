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

class ProgramLogTest {

    @TempDir
    private Path folder;

    private ProgramLog log;

    @BeforeEach
    void open() {
        log = new ProgramLog(folder.resolve("log"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12:00 INFO probes listening port=\"4711\"",
                "12:00 INFO port=4711 probes listening",
                "{\"message\":\"probes listening\",\"port\":4711}"
            })
    void findsThePortOfTheProbes(String line) {
        log.accept("metrics listening port=1");
        assertThat(log.probesPort()).isNotDone();

        log.accept(line);

        assertThat(log.probesPort()).isCompletedWithValue(4711);
    }

    @Test
    void keepsEveryLineInTheFileAndTheLastTwentyAtHand() throws Exception {
        IntStream.rangeClosed(1, 30).forEach(line -> log.accept("line " + line));

        assertThat(Files.readAllLines(log.file())).hasSize(30);
        assertThat(log.tail().lines()).hasSize(20).startsWith("line 11").endsWith("line 30");
    }
}

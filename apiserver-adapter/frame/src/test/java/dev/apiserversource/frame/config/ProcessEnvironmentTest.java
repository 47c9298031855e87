package dev.apiserversource.frame.config;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

class ProcessEnvironmentTest {

    @Test
    void keepsValuesWithEqualsSignsAndLineFeedsWhole() {
        assertThat(ProcessEnvironment.parse("A=1\0B=x=y\nz\0C=\0"))
                .containsExactly(entry("A", "1"), entry("B", "x=y\nz"), entry("C", ""));
    }

    @Test
    void ignoresEntriesWithoutName() {
        assertThat(ProcessEnvironment.parse("\0novalue\0=x\0A=1\0")).containsExactly(entry("A", "1"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void readsUtf8WithoutALocale() throws IOException, InterruptedException {
        ProcessBuilder child = new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Dfile.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                Printer.class.getName());
        child.environment().put("LC_ALL", "C");
        // A shell writes the bytes of ü in every locale. This JVM could pass them on only with a locale of UTF-8.
        child.command().add(0, "sh");
        child.command().add(1, "-c");
        child.command().add(2, "TEAM=$(printf 'gr\\303\\274n') exec \"$0\" \"$@\"");
        Process process = child.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(printed).isEqualTo("grün");
    }

    /** Prints one variable as the adapter reads it. */
    static final class Printer {
        public static void main(String[] args) {
            byte[] value = ProcessEnvironment.read().getOrDefault("TEAM", "").getBytes(StandardCharsets.UTF_8);
            System.out.write(value, 0, value.length);
            System.out.flush();
        }
    }
}

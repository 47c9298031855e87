package dev.apiserversource.loadtests.process;

import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AdapterCommandTest {

    @Test
    void aTestsOptionsReplaceThoseOfTheImage() {
        assertThat(AdapterCommand.of("env A=1 /java -Xmx96m -cp @path Main\n", "a.jar", List.of("-Xmx64m")))
                .containsExactly("env", "A=1", "/java", "-Xmx96m", "-Xmx64m", "-cp", "@path", "Main");
    }

    @Test
    void withoutAnImageTheJarIsStarted() {
        assertThat(AdapterCommand.of("", "a.jar", List.of("-Xmx64m")))
                .endsWith("-Xmx64m", "-jar", "a.jar")
                .first()
                .asString()
                .endsWith("/bin/java");
    }

    @Test
    void aCommandThatStartsNoProgramIsRefused() {
        assertThatThrownBy(() -> AdapterCommand.of("/java -version", "a.jar", List.of()))
                .hasMessageContaining("adapter.command");
    }
}

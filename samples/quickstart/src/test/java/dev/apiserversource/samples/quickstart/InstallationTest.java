package dev.apiserversource.samples.quickstart;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

class InstallationTest {

    private final Installation installation = Installation.builtIn(Path.of("..", ".."));

    @Test
    void startsTheProgramsFromTheirJars() {
        assertThat(installation.controller())
                .endsWith("-jar", "../../apiserver-controller/target/apiserver-controller.jar")
                .first()
                .asString()
                .endsWith("java");
        assertThat(installation.adapter()).endsWith("-jar", "../../apiserver-adapter/apiserver/target/apiserver-adapter.jar");
        assertThat(installation.eventDisplay())
                .endsWith("-jar", "../../samples/event-display/target/event-display.jar");
    }

    @Test
    void startsWhatTheScriptBuilds() throws Exception {
        assertThat(Files.readString(Path.of("run")))
                .contains(Installation.CONTROLLER_JAR, Installation.ADAPTER_JAR, Installation.EVENT_DISPLAY_JAR);
    }

    @Test
    void findsTheManifests() {
        assertThat(installation.crd()).isRegularFile();
        assertThat(installation.serviceAccount()).isRegularFile();
        assertThat(installation.source()).isRegularFile();
    }
}

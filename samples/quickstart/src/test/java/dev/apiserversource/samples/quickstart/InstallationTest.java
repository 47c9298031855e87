package dev.apiserversource.samples.quickstart;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

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
        assertThat(installation.eventDisplay())
                .endsWith("-jar", "../../samples/event-display/target/event-display.jar");
    }

    @Test
    void startsTheProgramsOfImagesFromTheirJars() {
        assertThat(installation.images().commands())
                .containsOnlyKeys("adapter", "ping-adapter", "heartbeats")
                .allSatisfy((image, command) -> assertThat(command)
                        .last()
                        .asString()
                        .startsWith("../../")
                        .endsWith(image + ".jar"));
    }

    @Test
    void startsWhatTheScriptBuilds() throws Exception {
        assertThat(Files.readString(Path.of("run")))
                .contains(
                        Installation.CONTROLLER_JAR,
                        Installation.EVENT_DISPLAY_JAR,
                        Installation.EVENT_VIEWER_JAR,
                        Installation.ADAPTER_JAR,
                        Installation.PING_ADAPTER_JAR,
                        Installation.HEARTBEATS_JAR);
    }

    @Test
    void findsTheManifests() {
        assertThat(Stream.of(Demo.BUSYBOX, Demo.ALL)
                        .flatMap(demo -> Stream.concat(demo.installation().stream(), demo.manifests().stream())))
                .allSatisfy(file ->
                        assertThat(installation.repository().resolve(file)).isRegularFile());
    }
}

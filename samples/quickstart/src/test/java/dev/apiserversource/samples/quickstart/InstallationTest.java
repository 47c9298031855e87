package dev.apiserversource.samples.quickstart;

import org.junit.jupiter.api.Test;

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
        assertThat(installation.adapter()).endsWith("-jar", "../../apiserver-adapter/target/apiserver-adapter.jar");
    }

    @Test
    void knowsWhereTheManifestsAre() {
        assertThat(installation.definition()).isRegularFile();
        assertThat(installation.rights()).isRegularFile();
        assertThat(installation.source()).isRegularFile();
    }
}

package dev.apiserversource.loadtests.adapter;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

class AdapterLaunchTest {

    @Test
    void hasTheOptionsOfTheImage() throws IOException {
        assertThat(Files.readString(Path.of("../pom.xml")))
                .contains("<image.java.options>" + AdapterLaunch.POD_JAVA_OPTIONS + "</image.java.options>");
        assertThat(Files.readString(Path.of("../apiserver-adapter/apiserver/pom.xml")))
                .contains(AdapterLaunch.IMAGE_OPTIONS.stream()
                        .map(option -> "<jvmFlag>" + option + "</jvmFlag>")
                        .toList());
    }
}

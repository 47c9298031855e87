package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class ImagesTest {

    private final Images images = new Images(Map.of("heartbeats", List.of("java", "-jar", "heartbeats.jar")));

    private static Container container(String image, String... args) {
        return new ContainerBuilder().withImage(image).withArgs(args).build();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "heartbeats",
                "heartbeats:0.1.0",
                "ghcr.io/apiserversource/heartbeats:0.1.0",
                "localhost:5000/heartbeats",
                "ghcr.io/apiserversource/heartbeats@sha256:00ff"
            })
    void findsAProgramByTheNameOfItsImage(String image) {
        assertThat(images.command(container(image))).contains(List.of("java", "-jar", "heartbeats.jar"));
    }

    @Test
    void passesTheArguments() {
        assertThat(images.command(container("heartbeats", "--period=1")))
                .contains(List.of("java", "-jar", "heartbeats.jar", "--period=1"));
    }

    @Test
    void runsNothingElse() {
        assertThat(images.command(container("nginx"))).isEmpty();
        assertThat(images.command(container("heartbeats/nginx:heartbeats"))).isEmpty();
        assertThat(images.command(new Container())).isEmpty();
    }
}

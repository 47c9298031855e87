package dev.apiserversource.controller.containersource;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.api.ContainerSource;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the controller makes of every sample, compared with golden files. {@code -Dgolden.write} writes them; read the
 * difference before you commit it.
 */
class ContainerGoldenTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/containersource");

    static Stream<Path> sources() {
        return Repository.yamls(ContainerSamples.FOLDER).stream();
    }

    @ParameterizedTest
    @MethodSource("sources")
    void matchesTheGoldenFile(Path file) throws IOException {
        ContainerSource source = ContainerSamples.source(file);
        String made = Serialization.asYaml(
                ContainerDeployment.desired(source, ContainerSamples.sink(source), Optional.empty()));
        Path golden = GOLDEN.resolve(file.getFileName());
        if (System.getProperty("golden.write") != null) {
            Files.writeString(golden, made);
        }
        assertThat(golden).exists().hasContent(made);
    }

    @Test
    void everyGoldenFileIsUsed() {
        assertThat(Repository.yamls(GOLDEN))
                .extracting(Path::getFileName)
                .containsExactlyInAnyOrderElementsOf(
                        sources().map(Path::getFileName).toList());
    }
}

package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.Repository;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the controller makes of every sample and of the cases beside this test, held in golden files. {@code -Dgolden.write} writes them anew; read
 * the difference before you commit it.
 */
class GoldenTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Path CASES = Path.of("src/test/resources/cases");

    static Stream<Path> sources() {
        return Stream.concat(Repository.yamls(Repository.SAMPLES).stream(), Repository.yamls(CASES).stream());
    }

    @ParameterizedTest
    @MethodSource("sources")
    void makesWhatTheGoldenFileSays(Path file) throws IOException {
        Source source = Samples.source(file);
        String made = made(source);
        Path golden = GOLDEN.resolve(file.getFileName());
        if (System.getProperty("golden.write") != null) {
            Files.writeString(golden, made);
        }
        assertThat(golden).exists().hasContent(made);
    }

    @Test
    void everyGoldenFileIsUsed() {
        assertThat(Repository.yamls(GOLDEN))
                .map(Path::getFileName)
                .containsExactlyInAnyOrderElementsOf(
                        sources().map(Path::getFileName).toList());
    }

    private static String made(Source source) {
        List<HasMetadata> objects = List.of(
                AdapterDeployment.desired(Samples.plan(source), Samples.template()),
                AdapterAccess.role(source),
                AdapterAccess.binding(source));
        return objects.stream().map(Serialization::asYaml).collect(Collectors.joining());
    }
}

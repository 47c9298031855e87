package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.trust.BundleVolume;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the controller makes of each sample and of the cases beside this test, compared with golden files. {@code
 * -Dgolden.write} writes them; read the difference before you commit it. The Role differs in names only and has one
 * file.
 */
class GoldenTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Path CASES = Path.of("src/test/resources/cases");
    private static final String ROLE = "role.yaml";
    private static final String CONFIG_MAPS = "config-maps.yaml";
    private static final String TRUST_BUNDLES = "trust-bundles.yaml";

    /** A paused source has no desired Deployment: the one that exists is scaled to zero. */
    static Stream<Path> sources() {
        return Stream.concat(Repository.yamls(Repository.SAMPLES).stream(), Repository.yamls(CASES).stream())
                .filter(file -> !Samples.source(file).paused());
    }

    @ParameterizedTest
    @MethodSource("sources")
    void matchesTheGoldenFile(Path file) throws IOException {
        ApiServerSource source = Samples.source(file);
        assertGolden(
                file.getFileName().toString(),
                AdapterDeployment.desired(Samples.plan(source), Samples.template()),
                AdapterRoles.binding(source));
    }

    @Test
    void roleMatchesTheGoldenFile() throws IOException {
        ApiServerSource source = Samples.source(Repository.SAMPLES.resolve("events-resource.yaml"));
        assertGolden(ROLE, AdapterRoles.role(Samples.plan(source)));
    }

    private static void assertGolden(String name, HasMetadata... objects) throws IOException {
        String made = Stream.of(objects).map(Serialization::asYaml).collect(Collectors.joining());
        Path golden = GOLDEN.resolve(name);
        if (System.getProperty("golden.write") != null) {
            Files.writeString(golden, made);
        }
        assertThat(golden).exists().hasContent(made);
    }

    @Test
    void settingsOfConfigMapsMatchTheGoldenFile() throws IOException {
        AdapterTemplate template = Samples.template();
        ApiServerSource source = Samples.source(Repository.SAMPLES.resolve("events-resource.yaml"));
        assertGolden(
                CONFIG_MAPS,
                AdapterDeployment.desired(
                        Samples.plan(source),
                        new AdapterTemplate(
                                template.image(),
                                template.systemNamespace(),
                                template.javaOptions(),
                                template.resources(),
                                Map.of("disktype", "ssd"),
                                template.tolerations(),
                                new TreeMap<>(Map.of(
                                        "K_LOGGING_CONFIG", "{\"zap-logger-config\":\"{\\\"level\\\":\\\"debug\\\"}\"}",
                                        "K_OBSERVABILITY_CONFIG", "{\"enableSinkEventErrorReporting\":false}")))));
    }

    @Test
    void trustBundlesMatchTheGoldenFile() throws IOException {
        ApiServerSource source = Samples.source(Repository.SAMPLES.resolve("events-resource.yaml"));
        assertGolden(
                TRUST_BUNDLES,
                BundleVolume.addTo(
                        AdapterDeployment.desired(Samples.plan(source), Samples.template()),
                        List.of("companykne-bundle", "kn-combined-kne-bundlekne-bundle")));
    }

    @Test
    void everyGoldenFileIsUsed() {
        assertThat(Repository.yamls(GOLDEN))
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of(ROLE, CONFIG_MAPS, TRUST_BUNDLES),
                                sources().map(file -> file.getFileName().toString()))
                        .toList());
    }
}

package dev.apiserversource.controller.pingsource;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Deployment compared with its golden file. {@code -Dgolden.write} writes it; read the difference before you commit
 * it.
 */
class PingAdapterDeploymentTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/pingsource/deployment.yaml");
    private static final PingAdapterTemplate TEMPLATE =
            new PingAdapterTemplate("ping:1", "apiserversource-system", 2, Map.of(), List.of());

    @Test
    void matchesTheGoldenFile() throws IOException {
        String made = Serialization.asYaml(PingAdapterDeployment.desired(TEMPLATE, true));
        if (System.getProperty("golden.write") != null) {
            Files.createDirectories(GOLDEN.getParent());
            Files.writeString(GOLDEN, made);
        }
        assertThat(GOLDEN).exists().hasContent(made);
    }

    @Test
    void isScaledToZeroWithoutASource() {
        Deployment used = PingAdapterDeployment.desired(TEMPLATE, true);
        Deployment unused = PingAdapterDeployment.desired(TEMPLATE, false);

        assertThat(unused.getSpec().getReplicas()).isZero();
        assertThat(unused.getSpec().getTemplate()).isEqualTo(used.getSpec().getTemplate());
    }
}

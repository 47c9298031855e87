package dev.apiserversource.controller.trust;

import dev.apiserversource.controller.Repository;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class CombinedBundleTest {

    private static final String PEM = Repository.at(
            Repository.objects(Repository.ROOT.resolve("samples/trust-bundle/trust-bundle.yaml"))
                    .get(0),
            "data",
            "ca.crt");

    private static final String KEY =
            PEM.replaceFirst("(?s).*-----BEGIN", "-----BEGIN").replace("CERTIFICATE", "PRIVATE KEY");

    @Test
    void hasTheCertificatesOfAllBundlesInOneFile() {
        assertThat(combined(Map.of("b.pem", PEM, "a.pem", "# " + PEM), Map.of("c.pem", KEY + PEM)))
                .isEqualTo(PEM + PEM + PEM);
    }

    @Test
    void leavesOutWhatIsNoCertificate() {
        String broken = "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n";
        assertThat(combined(Map.of("a.pem", broken + PEM), Map.of("b.pem", "none")))
                .isEqualTo(PEM);
    }

    @Test
    void isNoneWithoutACertificate() {
        assertThat(CombinedBundle.of(List.of(bundle(Map.of("a.pem", "none"))))).isEmpty();
    }

    @Test
    void staysBelowTheLimitOfAConfigMap() {
        String many = PEM.repeat(3_000);
        assertThat(many.length()).isGreaterThan(1 << 20);
        assertThat(combined(Map.of("a.pem", many), Map.of())).hasSizeBetween(900_000, 1_000_000);
    }

    private static String combined(Map<String, String> first, Map<String, String> second) {
        ConfigMap made =
                CombinedBundle.of(List.of(bundle(first), bundle(second))).orElseThrow();
        assertThat(made.getMetadata().getName()).isEqualTo("kn-combined-kne-bundle");
        assertThat(made.getBinaryData()).containsOnlyKeys("kn-combined-kne-bundle.pem");
        byte[] file = Base64.getDecoder().decode(made.getBinaryData().get("kn-combined-kne-bundle.pem"));
        return new String(file, StandardCharsets.US_ASCII);
    }

    private static ConfigMap bundle(Map<String, String> data) {
        return new ConfigMapBuilder().withData(data).build();
    }
}

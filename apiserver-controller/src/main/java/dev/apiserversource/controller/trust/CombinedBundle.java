package dev.apiserversource.controller.trust;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All certificates of all trust bundles in one file, for programs that read one file only, such as {@code
 * NODE_EXTRA_CA_CERTS} of Node.js. Name, key and order are those of <a
 * href="https://pkg.go.dev/knative.dev/eventing/pkg/eventingtls">Knative</a>.
 */
final class CombinedBundle {

    static final String NAME = "kn-combined-kne-bundle";
    private static final String KEY = NAME + ".pem";

    /** A ConfigMap may have 1 MiB. */
    private static final int MAX_BYTES = 1_000_000;

    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----");

    private CombinedBundle() {}

    /**
     * The ConfigMap with all certificates of {@code bundles}, which are sorted by name; empty without a valid one. What
     * does not fit is left out: each bundle is mounted too.
     */
    static Optional<ConfigMap> of(List<ConfigMap> bundles) {
        StringBuilder combined = new StringBuilder();
        bundles.stream()
                .map(bundle -> new TreeMap<>(Objects.requireNonNullElse(bundle.getData(), Map.of())))
                .flatMap(data -> data.values().stream())
                .forEach(pem -> addCertificates(pem, combined));
        return combined.isEmpty() ? Optional.empty() : Optional.of(configMap(combined.toString()));
    }

    private static ConfigMap configMap(String pem) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(NAME)
                .endMetadata()
                .addToBinaryData(KEY, Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII)))
                .build();
    }

    private static void addCertificates(String pem, StringBuilder combined) {
        Matcher blocks = CERTIFICATE.matcher(pem);
        while (blocks.find()) {
            String block = blocks.group();
            if (combined.length() + block.length() < MAX_BYTES && isCertificate(block)) {
                combined.append(block).append('\n');
            }
        }
    }

    private static boolean isCertificate(String block) {
        try {
            CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.getBytes(StandardCharsets.US_ASCII)));
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }
}

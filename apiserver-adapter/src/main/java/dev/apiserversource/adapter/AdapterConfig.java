package dev.apiserversource.adapter;

import dev.apiserversource.adapter.delivery.DeliverySettings;
import dev.apiserversource.adapter.event.Mode;
import dev.apiserversource.adapter.event.OwnerFilter;
import dev.apiserversource.adapter.watch.Selection;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * All that the adapter is told, by its environment alone. The names beginning with {@code K_} are those that Knative's controller sets.
 *
 * @param name of the ApiServerSource
 * @param namespace of the ApiServerSource
 * @param selection what to watch
 * @param mode what the events say
 * @param owner whose objects count; empty for all
 * @param overrides attributes that every event gets
 * @param failFast whether a watch that cannot be opened ends the process
 * @param delivery the sink, and limits towards it
 * @param watchTimeout how long a watch is asked to last at least
 * @param drainTimeout how long held events may take after the signal to stop
 * @param probesPort port of {@code /health} and {@code /readiness}; 0 for any free one
 * @param metricsPort port of {@code /metrics}; 0 for any free one
 */
public record AdapterConfig(
        String name,
        String namespace,
        Selection selection,
        Mode mode,
        Optional<OwnerFilter> owner,
        Map<String, String> overrides,
        boolean failFast,
        DeliverySettings delivery,
        Duration watchTimeout,
        Duration drainTimeout,
        int probesPort,
        int metricsPort) {

    private static final int MOST_PORT = 65_535;

    /** Stands in for a sink that cannot be used, until all problems have been found. */
    private static final URI NO_SINK = URI.create("http://sink.invalid");

    /**
     * Reads the environment.
     *
     * @throws InvalidConfigException when it cannot be used; names every problem
     */
    public static AdapterConfig from(Map<String, String> environment) throws InvalidConfigException {
        Problems problems = new Problems();
        Variables variables = new Variables(environment, problems);
        SourceConfig source = SourceConfig.parse(
                variables.required(SourceConfig.VARIABLE, "set it to what to watch, as JSON"), problems);
        refuseUnsupported(variables, problems);
        AdapterConfig config = new AdapterConfig(
                variables.required("NAME", "set it to the name of the ApiServerSource"),
                variables.required("NAMESPACE", "set it to the namespace of the ApiServerSource"),
                selection(source),
                source.mode(),
                source.owner(),
                Overrides.parse(variables.text(Overrides.VARIABLE).orElse("{}"), problems),
                source.failFast(),
                delivery(variables, problems),
                variables.seconds("ADAPTER_WATCH_TIMEOUT", Duration.ofMinutes(5)),
                variables.seconds("ADAPTER_DRAIN_TIMEOUT", Duration.ofSeconds(20)),
                variables.number("PROBES_PORT", 8080, 0, MOST_PORT),
                variables.number("METRICS_PORT", 9092, 0, MOST_PORT));
        problems.throwIfAny();
        return config;
    }

    private static Selection selection(SourceConfig source) {
        boolean metadataOnly = source.mode() == Mode.REFERENCE;
        return new Selection(source.resources(), source.namespaces(), source.allNamespaces(), metadataOnly);
    }

    private static void refuseUnsupported(Variables variables, Problems problems) {
        if (variables.text("K_AUDIENCE").isPresent()) {
            problems.add(
                    "K_AUDIENCE",
                    "tokens for the sink are not supported yet, and without one it would refuse every event",
                    "use a sink without an audience");
        }
    }

    private static DeliverySettings delivery(Variables variables, Problems problems) {
        return new DeliverySettings(
                sink(variables.required("K_SINK", "set it to the URL that events are POSTed to"), problems),
                caCerts(variables.text("K_CA_CERTS"), problems),
                variables.text("NAMESPACE").orElse(""),
                variables.seconds("K_SINK_TIMEOUT", Duration.ofSeconds(30)),
                variables.number("ADAPTER_MAX_IN_FLIGHT", 100, 1, 10_000),
                variables.number("ADAPTER_MAX_HELD_EVENTS", 1_000, 1, 1_000_000),
                variables.number("ADAPTER_MAX_HELD_BYTES", 16 * 1024 * 1024, 1, Integer.MAX_VALUE));
    }

    private static URI sink(String text, Problems problems) {
        if (text.isEmpty()) {
            return NO_SINK;
        }
        try {
            URI sink = URI.create(text);
            if (("http".equals(sink.getScheme()) || "https".equals(sink.getScheme())) && sink.getHost() != null) {
                return sink;
            }
        } catch (IllegalArgumentException malformed) {
            // told below, like any other text that is no such URL
        }
        problems.add(
                "K_SINK",
                "'" + text + "' is not an absolute http or https URL",
                "write it like http://event-display.default.svc.cluster.local");
        return NO_SINK;
    }

    private static Optional<String> caCerts(Optional<String> pem, Problems problems) {
        if (pem.isPresent() && !holdsCertificate(pem.get())) {
            problems.add(
                    "K_CA_CERTS",
                    "holds no certificate that can be read",
                    "set it to PEM, beginning with -----BEGIN CERTIFICATE-----");
            return Optional.empty();
        }
        return pem;
    }

    private static boolean holdsCertificate(String pem) {
        try {
            byte[] bytes = pem.getBytes(StandardCharsets.UTF_8);
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes))
                    .isEmpty();
        } catch (CertificateException unreadable) {
            return false;
        }
    }
}

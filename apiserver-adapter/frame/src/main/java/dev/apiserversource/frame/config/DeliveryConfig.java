package dev.apiserversource.frame.config;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.apiserversource.frame.delivery.DeliverySettings;
import dev.apiserversource.frame.delivery.RetrySettings;
import dev.apiserversource.frame.delivery.SinkAddress;
import dev.apiserversource.frame.time.Backoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads where and how events are delivered: {@code K_SINK} and its companions, and Knative's <a
 * href="https://knative.dev/docs/eventing/event-delivery/">DeliverySpec</a> with its dead letter sink resolved.
 */
final class DeliveryConfig {

    private static final Logger log = LoggerFactory.getLogger(DeliveryConfig.class);

    private final EnvReader env;
    private final JsonFields spec;
    private final ConfigErrors errors;

    private DeliveryConfig(EnvReader env, JsonFields spec) {
        this.env = env;
        this.spec = spec;
        this.errors = env.errors();
    }

    /**
     * Reads the settings.
     *
     * @param spec the DeliverySpec; it and each of its fields may be missing
     * @param namespace of the source
     */
    static DeliverySettings read(EnvReader env, JsonFields spec, String namespace) {
        return new DeliveryConfig(env, spec).settings(namespace);
    }

    /** Reads the settings of a process whose events have sinks of their own: timeout and limits. */
    static DeliverySettings withoutSink(EnvReader env, String namespace) {
        DeliveryConfig config =
                new DeliveryConfig(env, new JsonFields("delivery", MissingNode.getInstance(), env.errors()));
        return config.settings(SinkAddress.NONE, namespace);
    }

    private DeliverySettings settings(String namespace) {
        return settings(sink(), namespace);
    }

    private DeliverySettings settings(SinkAddress sink, String namespace) {
        Duration sinkTimeout = env.seconds("K_SINK_TIMEOUT", DeliverySettings.DEFAULT_TIMEOUT);
        return new DeliverySettings(
                sink,
                deadLetterSink(spec.object("deadLetterSink")),
                retry(),
                namespace,
                spec.duration("timeout", Duration.ofMillis(1), Duration.ofDays(1))
                        .orElse(sinkTimeout),
                limits());
    }

    private DeliverySettings.Limits limits() {
        DeliverySettings.Limits defaults = DeliverySettings.Limits.DEFAULT;
        return new DeliverySettings.Limits(
                env.number("ADAPTER_MAX_IN_FLIGHT", defaults.maxInFlight(), 1, 10_000),
                env.number("ADAPTER_MAX_PENDING_EVENTS", defaults.maxPendingEvents(), 1, 1_000_000),
                env.number("ADAPTER_MAX_PENDING_BYTES", defaults.maxPendingBytes(), 1, Integer.MAX_VALUE));
    }

    private RetrySettings retry() {
        return new RetrySettings(
                spec.wholeNumber("retry"),
                backoffPolicy(),
                spec.duration("backoffDelay", Duration.ZERO, Duration.ofDays(1)),
                spec.duration("retryAfterMax", Duration.ZERO, Duration.ofDays(365)));
    }

    private Backoff.Growth backoffPolicy() {
        Backoff.Growth byDefault = RetrySettings.defaults().backoffPolicy();
        Optional<String> policy = spec.text("backoffPolicy");
        return policy.map(text -> growth(text, byDefault)).orElse(byDefault);
    }

    private Backoff.Growth growth(String policy, Backoff.Growth byDefault) {
        return switch (policy) {
            case "linear" -> Backoff.Growth.LINEAR;
            case "exponential" -> Backoff.Growth.EXPONENTIAL;
            default -> {
                spec.refuse("backoffPolicy", "'" + policy + "' is no policy", "write linear or exponential");
                yield byDefault;
            }
        };
    }

    private SinkAddress sink() {
        String url = env.required("K_SINK", "set it to the URL that events are POSTed to");
        Optional<String> caCerts = caCerts("K_CA_CERTS", env.text("K_CA_CERTS"));
        warnOfAudience("K_AUDIENCE", env.text("K_AUDIENCE"));
        return Optional.of(url)
                .filter(text -> !text.isEmpty())
                .flatMap(text -> url("K_SINK", text))
                .map(usable -> new SinkAddress(usable, caCerts))
                .orElse(SinkAddress.NONE);
    }

    private Optional<SinkAddress> deadLetterSink(JsonFields sink) {
        if (sink.isMissing()) {
            return Optional.empty();
        }
        warnOfAudience(sink.where("audience"), sink.text("audience"));
        Optional<String> caCerts = caCerts(sink.where("CACerts"), sink.text("CACerts"));
        return sink.required("uri", "give the URL that dead letters are POSTed to")
                .flatMap(uri -> url(sink.where("uri"), uri))
                .map(url -> new SinkAddress(url, caCerts));
    }

    private Optional<URI> url(String where, String text) {
        Optional<URI> url = parse(text).filter(DeliveryConfig::isHttp);
        if (url.isEmpty()) {
            errors.add(
                    where,
                    "'" + text + "' is not an absolute http or https URL",
                    "write it like http://event-display.default.svc.cluster.local");
        }
        return url;
    }

    private static Optional<URI> parse(String text) {
        try {
            return Optional.of(URI.create(text));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static boolean isHttp(URI url) {
        return ("http".equals(url.getScheme()) || "https".equals(url.getScheme())) && url.getHost() != null;
    }

    private Optional<String> caCerts(String where, Optional<String> pem) {
        if (pem.isPresent() && !hasCertificate(pem.get())) {
            errors.add(
                    where,
                    "holds no certificate that can be read",
                    "set it to PEM, beginning with -----BEGIN CERTIFICATE-----");
            return Optional.empty();
        }
        return pem;
    }

    private static boolean hasCertificate(String pem) {
        try {
            byte[] bytes = pem.getBytes(StandardCharsets.UTF_8);
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes))
                    .isEmpty();
        } catch (CertificateException unreadable) {
            return false;
        }
    }

    /** Such a sink answers 401, which is retried: events wait for a release that sends tokens, and none is dropped. */
    private static void warnOfAudience(String where, Optional<String> audience) {
        audience.ifPresent(name -> log.atWarn()
                .addKeyValue("variable", where)
                .addKeyValue("audience", name)
                .log("events are sent without a token, which is not supported yet"));
    }
}

package dev.apiserversource.frame.config;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.apiserversource.frame.delivery.DeliverySettings;
import dev.apiserversource.frame.delivery.RetrySettings;
import dev.apiserversource.frame.delivery.SinkAddress;
import dev.apiserversource.frame.delivery.SinkIdentity;
import dev.apiserversource.frame.delivery.TrustBundle;
import dev.apiserversource.frame.time.Backoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads where and how events are delivered: {@code K_SINK} and its companions, and Knative's <a
 * href="https://knative.dev/docs/eventing/event-delivery/">DeliverySpec</a> with its dead letter sink resolved.
 */
final class DeliveryConfig {

    private static final Logger log = LoggerFactory.getLogger(DeliveryConfig.class);

    private static final Predicate<String> NOT_POSITIVE =
            Pattern.compile("0+|-[0-9]+").asMatchPredicate();

    /** The part of a URL before its path, query or fragment. */
    private static final Pattern BEFORE_PATH = Pattern.compile("https?://[^/?#]+");

    /** What Go leaves in the query of a URL although RFC 3986 wants it encoded. */
    private static final Pattern NOT_ENCODED = Pattern.compile("[ \"<>\\\\^`{|}]|%(?![0-9A-Fa-f]{2})");

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
        Duration sinkTimeout = sinkTimeout();
        return new DeliverySettings(
                sink,
                deadLetterSink(spec.object("deadLetterSink")),
                retry(),
                namespace,
                spec.duration("timeout", Duration.ofMillis(1), Duration.ofDays(1))
                        .orElse(sinkTimeout),
                limits());
    }

    /** Knative's adapters have no timeout with a number below 1. */
    private Duration sinkTimeout() {
        boolean none = env.text("K_SINK_TIMEOUT").filter(NOT_POSITIVE).isPresent();
        return none
                ? DeliverySettings.DEFAULT_TIMEOUT
                : env.seconds("K_SINK_TIMEOUT", DeliverySettings.DEFAULT_TIMEOUT);
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
        Optional<SinkIdentity> identity = identity("K_AUDIENCE", env.text("K_AUDIENCE"))
                .or(() -> Files.isReadable(SinkIdentity.TOKEN_FILE)
                        ? Optional.of(SinkIdentity.MOUNTED)
                        : Optional.empty());
        return Optional.of(url)
                .filter(text -> !text.isEmpty())
                .flatMap(text -> url("K_SINK", text))
                .map(usable -> new SinkAddress(usable, caCerts, identity))
                .orElse(SinkAddress.NONE);
    }

    private Optional<SinkAddress> deadLetterSink(JsonFields sink) {
        if (sink.isMissing()) {
            return Optional.empty();
        }
        Optional<SinkIdentity> identity = identity(sink.where("audience"), sink.text("audience"));
        Optional<String> caCerts = caCerts(sink.where("CACerts"), sink.text("CACerts"));
        return sink.required("uri", "give the URL that dead letters are POSTed to")
                .flatMap(uri -> url(sink.where("uri"), uri))
                .map(url -> new SinkAddress(url, caCerts, identity));
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
        Matcher start = BEFORE_PATH.matcher(text);
        int end = start.lookingAt() ? start.end() : text.length();
        try {
            return Optional.of(URI.create(text.substring(0, end) + encoded(text.substring(end))));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static String encoded(String pathAndQuery) {
        return NOT_ENCODED.matcher(pathAndQuery).replaceAll(illegal -> "%%%02X"
                .formatted((int) illegal.group().charAt(0)));
    }

    private static boolean isHttp(URI url) {
        return ("http".equals(url.getScheme()) || "https".equals(url.getScheme())) && url.getHost() != null;
    }

    /** Certificates that cannot be read are left out: they come from the status of the sink, which may yet change. */
    private static Optional<String> caCerts(String where, Optional<String> pem) {
        if (pem.isPresent() && !TrustBundle.hasCertificate(pem.get())) {
            log.atWarn().addKeyValue("variable", where).log("variable without a readable certificate ignored");
            return Optional.empty();
        }
        return pem;
    }

    /**
     * Without a ServiceAccount no token can be requested, and events are sent without one: a sink that requires it
     * answers 401, which is retried, so that none is dropped.
     */
    private Optional<SinkIdentity> identity(String where, Optional<String> audience) {
        Optional<String> account = env.text("K_OIDC_SERVICE_ACCOUNT");
        if (audience.isPresent() && account.isEmpty()) {
            log.atWarn()
                    .addKeyValue("variable", where)
                    .addKeyValue("audience", audience.get())
                    .log("events are sent without a token, as K_OIDC_SERVICE_ACCOUNT is not set");
        }
        return audience.flatMap(name -> account.map(
                serviceAccount -> new SinkIdentity(env.text("NAMESPACE").orElse(""), serviceAccount, name)));
    }
}

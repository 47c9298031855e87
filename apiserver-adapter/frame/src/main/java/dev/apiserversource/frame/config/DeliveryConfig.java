package dev.apiserversource.frame.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apiserversource.frame.delivery.RetrySettings;
import dev.apiserversource.frame.delivery.SinkAddress;
import dev.apiserversource.frame.time.Backoff;

import java.time.Duration;
import java.util.Optional;

/**
 * The field {@code delivery} of {@code K_SOURCE_CONFIG}: Knative's DeliveryConfig, the dead letter sink already resolved to its address.
 *
 * @param retry how often and when an attempt is repeated
 * @param timeout the longest that one attempt may take; empty when the spec does not say
 * @param deadLetterSink where events go that the sink does not take; empty for nowhere
 */
public record DeliveryConfig(RetrySettings retry, Optional<Duration> timeout, Optional<SinkAddress> deadLetterSink) {

    /** Reads {@code delivery}, which may be missing, as may each of its fields. */
    public static DeliveryConfig parse(String path, JsonNode delivery, ConfigErrors problems) {
        JsonFields fields = new JsonFields(path, delivery, problems);
        RetrySettings retry = new RetrySettings(
                fields.wholeNumber("retry"),
                growth(fields),
                fields.duration("backoffDelay", Duration.ZERO, Duration.ofDays(1)),
                fields.duration("retryAfterMax", Duration.ZERO, Duration.ofDays(365)));
        Optional<Duration> timeout = fields.duration("timeout", Duration.ofMillis(1), Duration.ofDays(1));
        return new DeliveryConfig(retry, timeout, deadLetterSink(fields.object("deadLetterSink"), problems));
    }

    private static Backoff.Growth growth(JsonFields fields) {
        String policy = fields.text("backoffPolicy").orElse("exponential");
        return switch (policy) {
            case "linear" -> Backoff.Growth.LINEAR;
            case "exponential" -> Backoff.Growth.EXPONENTIAL;
            default -> {
                fields.refuse("backoffPolicy", "'" + policy + "' is no policy", "write linear or exponential");
                yield Backoff.Growth.EXPONENTIAL;
            }
        };
    }

    private static Optional<SinkAddress> deadLetterSink(JsonFields sink, ConfigErrors problems) {
        if (sink.isMissing()) {
            return Optional.empty();
        }
        SinkFields.refuseAudience(sink.where("audience"), sink.text("audience"), problems);
        Optional<String> caCerts = SinkFields.caCerts(sink.where("CACerts"), sink.text("CACerts"), problems);
        return sink.required("uri", "give the URL that dead letters are POSTed to")
                .flatMap(uri -> SinkFields.url(sink.where("uri"), uri, problems))
                .map(url -> new SinkAddress(url, caCerts));
    }
}

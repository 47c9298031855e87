package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How often and how long to try to deliver an event. Durations are ISO 8601 text, handed on as written.
 *
 * @param retry how many times to try again
 * @param backoffPolicy {@code linear} or {@code exponential}
 * @param backoffDelay the first wait
 * @param timeout how long one try may take
 * @param retryAfterMax the longest Retry-After that is honoured
 * @param deadLetterSink where events go that could not be delivered
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeliverySpec(
        @Nullable Integer retry,
        @Nullable String backoffPolicy,
        @Nullable String backoffDelay,
        @Nullable String timeout,
        @Nullable String retryAfterMax,
        @Nullable Destination deadLetterSink) {}

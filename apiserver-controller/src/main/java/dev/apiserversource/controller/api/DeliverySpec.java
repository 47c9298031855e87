package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Retries and timeouts of delivery. Knative's DeliverySpec; durations are ISO 8601 text and passed on as written.
 *
 * @param retry number of retries after the first attempt
 * @param backoffPolicy {@code linear} or {@code exponential}
 * @param backoffDelay the delay before the first retry
 * @param timeout the timeout of one attempt
 * @param retryAfterMax the longest Retry-After that is honoured
 * @param deadLetterSink receives events that could not be delivered
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

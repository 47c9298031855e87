package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;

/**
 * The desired state of a PingSource.
 *
 * @param schedule five cron fields, six with seconds first, a descriptor, or {@code @every} and a duration
 * @param timezone the IANA time zone of the schedule; UTC when empty
 * @param contentType the media type of the data; none when empty
 * @param data the data of an event as text
 * @param dataBase64 the data as base64
 * @param jsonData the data as JSON text; versions v1beta1 and v1alpha2 have it
 * @param catchUp how late ticks are sent that were missed while no adapter ran, as an ISO 8601 duration
 * @param sink where events go
 * @param ceOverrides attributes to set on every event
 * @param delivery retries, timeout and dead letter sink; retries have no limit when absent
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PingSourceSpec(
        String schedule,
        String timezone,
        String contentType,
        String data,
        String dataBase64,
        String jsonData,
        @Nullable String catchUp,
        Destination sink,
        @Nullable CloudEventOverrides ceOverrides,
        @Nullable DeliverySpec delivery) {

    private static final String EVERY_MINUTE = "* * * * *";

    /** Sets defaults. */
    @SuppressWarnings("ConstantValue") // Jackson passes null for an absent field
    public PingSourceSpec {
        schedule = schedule == null || schedule.isBlank() ? EVERY_MINUTE : schedule;
        timezone = Objects.requireNonNullElse(timezone, "");
        contentType = Objects.requireNonNullElse(contentType, "");
        data = Objects.requireNonNullElse(data, "");
        dataBase64 = Objects.requireNonNullElse(dataBase64, "");
        jsonData = Objects.requireNonNullElse(jsonData, "");
        sink = Objects.requireNonNullElse(sink, Destination.NONE);
    }

    /** The dead letter sink of {@code delivery}, if any. */
    public Optional<Destination> deadLetterSink() {
        return Optional.ofNullable(delivery).map(DeliverySpec::deadLetterSink);
    }
}

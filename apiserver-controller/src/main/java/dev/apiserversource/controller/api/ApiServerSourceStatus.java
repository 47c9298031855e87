package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/**
 * The observed state of a source of any kind. Compared as a value: an equal status is not written again.
 *
 * @param observedGeneration the generation of the spec that was reconciled
 * @param conditions Ready and the conditions it depends on, sorted by type
 * @param sinkUri the address of the sink
 * @param sinkCACerts PEM certificates trusted for it
 * @param sinkAudience audience of the token for it
 * @param ceAttributes types and source of the events
 * @param namespaces the namespaces that an ApiServerSource watches, sorted; those that exist when all are watched
 * @param auth the identity that events are sent with
 * @param annotations additional facts; those of a SinkBinding are for the admission policy
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ApiServerSourceStatus(
        @Nullable Long observedGeneration,
        List<Condition> conditions,
        @Nullable String sinkUri,
        @Nullable String sinkCACerts,
        @Nullable String sinkAudience,
        List<CloudEventAttributes> ceAttributes,
        List<String> namespaces,
        @Nullable AuthStatus auth,
        Map<String, String> annotations) {

    /** Reads absent collections as empty ones. */
    @SuppressWarnings("ConstantValue") // Jackson passes null for an absent field
    public ApiServerSourceStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
        ceAttributes = ceAttributes == null ? List.of() : List.copyOf(ceAttributes);
        namespaces = namespaces == null ? List.of() : List.copyOf(namespaces);
        annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
    }

    /** The status {@code previous}, empty when there is none, with another generation and other conditions. */
    public static ApiServerSourceStatus withConditions(
            @Nullable ApiServerSourceStatus previous, @Nullable Long generation, List<Condition> conditions) {
        return previous == null
                ? new ApiServerSourceStatus(
                        generation, conditions, null, null, null, List.of(), List.of(), null, Map.of())
                : new ApiServerSourceStatus(
                        generation,
                        conditions,
                        previous.sinkUri,
                        previous.sinkCACerts,
                        previous.sinkAudience,
                        previous.ceAttributes,
                        previous.namespaces,
                        previous.auth,
                        previous.annotations);
    }

    /** This status with another address of the sink. */
    public ApiServerSourceStatus withSink(String uri, @Nullable String caCerts, @Nullable String audience) {
        return new ApiServerSourceStatus(
                observedGeneration, conditions, uri, caCerts, audience, ceAttributes, namespaces, auth, annotations);
    }

    /** This status with another identity. */
    public ApiServerSourceStatus withAuth(@Nullable AuthStatus identity) {
        return new ApiServerSourceStatus(
                observedGeneration,
                conditions,
                sinkUri,
                sinkCACerts,
                sinkAudience,
                ceAttributes,
                namespaces,
                identity,
                annotations);
    }

    /** This status with other annotations. */
    public ApiServerSourceStatus withAnnotations(Map<String, String> facts) {
        return new ApiServerSourceStatus(
                observedGeneration,
                conditions,
                sinkUri,
                sinkCACerts,
                sinkAudience,
                ceAttributes,
                namespaces,
                auth,
                facts);
    }

    /**
     * One type of event that the source emits.
     *
     * @param type the attribute {@code type}
     * @param source the attribute {@code source}
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record CloudEventAttributes(String type, String source) {}

    /**
     * The identity that events are sent with.
     *
     * @param serviceAccountName the ServiceAccount whose token is sent
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AuthStatus(@Nullable String serviceAccountName) {}
}

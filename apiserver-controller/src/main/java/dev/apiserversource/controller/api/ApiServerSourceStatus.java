package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/**
 * What the controller found. A value: two are equal when nothing has to be written.
 *
 * @param observedGeneration the generation of the spec that this speaks of
 * @param conditions Ready, and what it is made of, by type
 * @param sinkUri the address of the sink
 * @param sinkCACerts PEM certificates trusted for it
 * @param sinkAudience audience of the token for it
 * @param ceAttributes types and source of the events
 * @param namespaces the namespaces that are watched; one empty name means all
 * @param auth who the events are sent as
 * @param annotations additional facts; the controller writes none
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

    /** Takes what is absent for empty. */
    @SuppressWarnings("ConstantValue") // Jackson hands null for what is absent
    public ApiServerSourceStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
        ceAttributes = ceAttributes == null ? List.of() : List.copyOf(ceAttributes);
        namespaces = namespaces == null ? List.of() : List.copyOf(namespaces);
        annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
    }

    /**
     * One kind of event that the source sends.
     *
     * @param type the attribute {@code type}
     * @param source the attribute {@code source}
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record CloudEventAttributes(String type, String source) {}

    /**
     * Who the events are sent as.
     *
     * @param serviceAccountName the ServiceAccount whose token is sent
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AuthStatus(@Nullable String serviceAccountName) {}
}

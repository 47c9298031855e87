package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.LabelSelector;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What the user asks for.
 *
 * @param resources the kinds to watch
 * @param mode what an event carries
 * @param owner only objects whose controlling owner is of this kind; all when absent
 * @param serviceAccountName whose rights the adapter watches with
 * @param namespaceSelector the namespaces to watch; the source's own when absent, all when empty
 * @param sink where the events go
 * @param ceOverrides changes to every event
 * @param filters CloudEvents Subscriptions API filters, handed on as they are
 * @param delivery how often and how long to try; for as long as it takes when absent
 * @param initialState whether objects that exist when the source starts for the first time come out as added
 * @param gaps whether an event tells of each stretch of time whose intermediate states may be missing
 * @param replicas how many adapters are kept, of which one works
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ApiServerSourceSpec(
        List<WatchedResource> resources,
        EventMode mode,
        @Nullable OwnerKind owner,
        String serviceAccountName,
        @Nullable LabelSelector namespaceSelector,
        Destination sink,
        @Nullable CloudEventOverrides ceOverrides,
        List<JsonNode> filters,
        @Nullable DeliverySpec delivery,
        Emission initialState,
        Emission gaps,
        Integer replicas) {

    private static final String DEFAULT_SERVICE_ACCOUNT = "default";
    private static final String GAP = "dev.apiserversource.gap";

    /** Fills in what is absent: the CRD's defaults, for objects stored before it had them, and those of our own fields, which it does not store. */
    @SuppressWarnings("ConstantValue") // Jackson hands null for what is absent
    public ApiServerSourceSpec {
        resources = resources == null ? List.of() : List.copyOf(resources);
        mode = Objects.requireNonNullElse(mode, EventMode.REFERENCE);
        serviceAccountName = Objects.requireNonNullElse(serviceAccountName, DEFAULT_SERVICE_ACCOUNT);
        sink = Objects.requireNonNullElse(sink, Destination.NOWHERE);
        filters = filters == null ? List.of() : List.copyOf(filters);
        initialState = Objects.requireNonNullElse(initialState, Emission.SKIP);
        gaps = Objects.requireNonNullElse(gaps, Emission.SKIP);
        replicas = Objects.requireNonNullElse(replicas, 1);
    }

    /** The types of the events that the source sends. */
    public List<String> eventTypes() {
        return gaps == Emission.EMIT
                ? Stream.concat(mode.eventTypes().stream(), Stream.of(GAP)).toList()
                : mode.eventTypes();
    }
}

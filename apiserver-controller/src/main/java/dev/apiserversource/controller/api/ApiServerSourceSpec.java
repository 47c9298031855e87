package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.LabelSelector;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

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
        @Nullable DeliverySpec delivery) {

    private static final String DEFAULT_SERVICE_ACCOUNT = "default";

    /** Fills in the defaults of the CRD, for objects stored before it had them. */
    @SuppressWarnings("ConstantValue") // Jackson hands null for what is absent
    public ApiServerSourceSpec {
        resources = resources == null ? List.of() : List.copyOf(resources);
        mode = Objects.requireNonNullElse(mode, EventMode.REFERENCE);
        serviceAccountName = Objects.requireNonNullElse(serviceAccountName, DEFAULT_SERVICE_ACCOUNT);
        sink = Objects.requireNonNullElse(sink, Destination.NOWHERE);
        filters = filters == null ? List.of() : List.copyOf(filters);
    }
}

package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.LabelSelector;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The spec of the historic resource: selectors are called {@code labelSelector}, the sink is named without {@code ref}.
 *
 * @param resources the kinds to watch
 * @param mode {@code Ref}, {@code Reference} or {@code Resource}
 * @param owner only objects whose controlling owner is of this kind
 * @param serviceAccountName whose rights the adapter watches with
 * @param sink the object that the events go to
 * @param ceOverrides changes to every event
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HistoricApiServerSourceSpec(
        @Nullable List<Resource> resources,
        @Nullable EventMode mode,
        @Nullable OwnerKind owner,
        @Nullable String serviceAccountName,
        @Nullable Sink sink,
        @Nullable CloudEventOverrides ceOverrides) {

    /** The same wish in today's words. */
    @SuppressWarnings("NullAway") // what is absent here gets its default there
    public ApiServerSourceSpec toSpec() {
        return new ApiServerSourceSpec(
                resources == null
                        ? List.of()
                        : resources.stream().map(Resource::today).toList(),
                mode,
                owner,
                serviceAccountName,
                null,
                sink == null ? Destination.NOWHERE : sink.today(),
                ceOverrides,
                List.of(),
                null,
                null,
                null,
                null);
    }

    /**
     * One kind to watch.
     *
     * @param apiVersion group and version
     * @param kind the kind
     * @param selector only objects whose labels match
     * @param controller refused by the CRD when true
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Resource(
            String apiVersion,
            String kind,
            @JsonProperty("labelSelector") @Nullable LabelSelector selector,
            @Nullable Boolean controller) {

        WatchedResource today() {
            return new WatchedResource(apiVersion, kind, selector);
        }
    }

    /**
     * The object that the events go to.
     *
     * @param apiVersion group and version of the object
     * @param kind its kind
     * @param name its name
     * @param namespace its namespace; that of the source when absent
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Sink(
            String apiVersion,
            String kind,
            String name,
            @Nullable String namespace) {

        Destination today() {
            return new Destination(new ObjectRef(apiVersion, kind, name, namespace, null), null, null, null);
        }
    }
}

package dev.apiserversource.controller.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.LabelSelector;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The desired state of an ApiServerSource.
 *
 * @param resources the kinds to watch
 * @param mode the content of an event
 * @param owner only objects whose controlling owner is of this kind; all when absent
 * @param serviceAccountName the ServiceAccount of the adapter
 * @param namespaceSelector the namespaces to watch; that of the source when absent, all when empty
 * @param sink where events go
 * @param ceOverrides attributes to set on every event
 * @param filters CloudEvents Subscriptions API filters, passed to the adapter unchanged
 * @param eventTypes the kinds of changes that are emitted; all when absent
 * @param managedFields whether the data of events has managedFields; it has when absent
 * @param redact whether values of Secrets are replaced; they are when absent
 * @param delivery retries, timeout and dead letter sink; retries have no limit when absent
 * @param initialState whether objects that exist at the first start of the source are emitted as added
 * @param gaps whether a gap event is emitted when intermediate states may have been missed
 * @param replay names a replay: each new value sends every existing object once more; none when absent
 * @param replicas number of adapters, of which one is the leader
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
        @Nullable List<ChangeType> eventTypes,
        @Nullable ManagedFieldsPolicy managedFields,
        @Nullable RedactPolicy redact,
        @Nullable DeliverySpec delivery,
        EmitPolicy initialState,
        EmitPolicy gaps,
        @Nullable String replay,
        Integer replicas) {

    /** What {@link #isReplay} demands. */
    public static final String REPLAY_RULE = "must be 1 to 63 letters, digits, '.', '_', ':' or '-'";

    private static final Pattern REPLAY = Pattern.compile("[A-Za-z0-9._:-]{1,63}");

    private static final String DEFAULT_SERVICE_ACCOUNT = "default";
    private static final String GAP = "dev.apiserversource.gap";

    /**
     * Sets defaults. The CRD declares those of Knative's fields, but objects may be older than it. It declares none for
     * the fields that Knative does not have, so that stored objects stay valid under Knative's CRD.
     */
    @SuppressWarnings("ConstantValue") // Jackson passes null for an absent field
    public ApiServerSourceSpec {
        resources = resources == null ? List.of() : List.copyOf(resources);
        mode = Objects.requireNonNullElse(mode, EventMode.REFERENCE);
        serviceAccountName = serviceAccountName == null || serviceAccountName.isEmpty()
                ? DEFAULT_SERVICE_ACCOUNT
                : serviceAccountName;
        sink = Objects.requireNonNullElse(sink, Destination.NONE);
        filters = filters == null ? List.of() : List.copyOf(filters);
        eventTypes = eventTypes == null ? null : List.copyOf(eventTypes);
        initialState = Objects.requireNonNullElse(initialState, EmitPolicy.SKIP);
        gaps = Objects.requireNonNullElse(gaps, EmitPolicy.SKIP);
        replicas = Objects.requireNonNullElse(replicas, 1);
    }

    /** Whether the text can name a replay. It becomes an attribute of events. */
    public static boolean isReplay(String text) {
        return REPLAY.matcher(text).matches();
    }

    /** The CloudEvent types that the source emits. */
    public List<String> cloudEventTypes() {
        Stream<String> types = mode.eventTypes().stream()
                .filter(type -> eventTypes == null
                        || eventTypes.stream().anyMatch(emitted -> type.endsWith("." + emitted.wireName())));
        return (gaps == EmitPolicy.EMIT ? Stream.concat(types, Stream.of(GAP)) : types).toList();
    }

    /** The dead letter sink of {@code delivery}, if any. */
    public Optional<Destination> deadLetterSink() {
        return Optional.ofNullable(delivery).map(DeliverySpec::deadLetterSink);
    }

    /**
     * One kind to watch.
     *
     * @param apiVersion group and version, {@code apps/v1}, or {@code v1} for the core group
     * @param kind the kind, {@code Deployment}
     * @param selector only objects whose labels match; all when absent
     * @param fieldSelector only objects whose fields match; all when absent
     * @param changes the part that an update must change; any when absent
     * @param redactPaths JSON pointers to values that are replaced; none when absent
     * @param previous whether updates have the previous state; they have not when absent
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record WatchedResource(
            String apiVersion,
            String kind,
            @Nullable LabelSelector selector,
            @Nullable String fieldSelector,
            @Nullable ChangedPart changes,
            @Nullable List<String> redactPaths,
            @Nullable PreviousPolicy previous) {

        /** Refuses what the CRD refuses, because objects may be older than it. */
        public WatchedResource {
            Required.field("apiVersion", apiVersion);
            Required.field("kind", kind);
            redactPaths = redactPaths == null ? null : List.copyOf(redactPaths);
        }

        /** Every update of whole objects. */
        public WatchedResource(String apiVersion, String kind, @Nullable LabelSelector selector) {
            this(apiVersion, kind, selector, null, null, null, null);
        }
    }

    /**
     * The kind of a controlling owner; an absent field matches all.
     *
     * @param apiVersion group and version of the owner
     * @param kind kind of the owner
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record OwnerKind(
            @Nullable String apiVersion, @Nullable String kind) {}

    /** What can happen to an object. */
    public enum ChangeType {
        /** It was created, or entered the selection. */
        @JsonProperty("add")
        ADD,

        /** It has a new state. */
        @JsonProperty("update")
        UPDATE,

        /** It was deleted, or left the selection. */
        @JsonProperty("delete")
        DELETE;

        /** The value of the field. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The part of an object that an update must change. */
    public enum ChangedPart {
        /** None in particular. */
        @JsonProperty("Any")
        ANY,

        /** Everything but metadata and status. */
        @JsonProperty("Spec")
        SPEC,

        /** The status. */
        @JsonProperty("Status")
        STATUS,

        /** Labels, annotations, owners, finalizers and the like. */
        @JsonProperty("Metadata")
        METADATA
    }

    /** What the data of an update has of the state before. */
    public enum PreviousPolicy {
        /** Nothing: the data is the object. */
        @JsonProperty("None")
        NONE,

        /** The data is an envelope of the object and JSON merge patches from and to the state before. */
        @JsonProperty("Patch")
        PATCH
    }

    /** Whether managedFields are in the data of events. */
    public enum ManagedFieldsPolicy {
        /** They are. */
        @JsonProperty("Keep")
        KEEP,

        /** They are not. */
        @JsonProperty("Omit")
        OMIT
    }

    /** Which values are replaced in the data of events, besides those that a resource names. */
    public enum RedactPolicy {
        /** The values of Secrets. */
        @JsonProperty("Secrets")
        SECRETS,

        /** None. */
        @JsonProperty("None")
        NONE
    }

    /** Whether the adapter emits events that are off by default. */
    public enum EmitPolicy {
        /** They are emitted. */
        @JsonProperty("Emit")
        EMIT,

        /** They are not emitted. */
        @JsonProperty("Skip")
        SKIP
    }
}

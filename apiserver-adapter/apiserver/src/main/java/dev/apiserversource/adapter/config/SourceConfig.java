package dev.apiserversource.adapter.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.apiserversource.adapter.event.EventMode;
import dev.apiserversource.adapter.event.OwnerFilter;
import dev.apiserversource.adapter.filter.EventFilter;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.DataPolicy;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.frame.config.ConfigErrors;
import dev.apiserversource.frame.config.EnvReader;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * {@code K_SOURCE_CONFIG}: the part of the spec of an ApiServerSource that a controller passes on, as JSON in Knative's
 * form. The README marks those that are not Knative's.
 *
 * @param selection what to watch
 * @param mode the content of the events
 * @param filters which changes are emitted
 * @param gaps whether a gap becomes an event
 * @param replay names the replay that sends every existing object once more; empty for none
 * @param failFast whether a watch that cannot be opened ends the process
 */
public record SourceConfig(
        Selection selection,
        EventMode mode,
        Filters filters,
        EmitPolicy gaps,
        Optional<String> replay,
        boolean failFast) {

    static final String VARIABLE = "K_SOURCE_CONFIG";

    /** It becomes an attribute of events, and a part of ids and of the checkpoint. */
    private static final Pattern REPLAY = Pattern.compile("[A-Za-z0-9._:-]{1,63}");

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Which changes are emitted.
     *
     * @param owner whose objects; empty for all
     * @param kinds which kinds of changes: the field {@code eventTypes}
     * @param events which events, by their attributes: the field {@code filters}
     */
    public record Filters(Optional<OwnerFilter> owner, Set<Change.Kind> kinds, EventFilter events) {

        /** Every change is emitted. */
        static final Filters NONE = new Filters(Optional.empty(), EnumSet.allOf(Change.Kind.class), EventFilter.none());
    }

    /** The JSON; missing when there is none that can be read, which is an error. */
    static JsonNode read(EnvReader env) {
        String text = env.required(VARIABLE, "set it to what to watch, as JSON");
        if (text.isEmpty()) {
            return MissingNode.getInstance();
        }
        try {
            JsonNode json = JSON.readTree(text);
            if (json.isObject()) {
                return json;
            }
            env.errors().add(VARIABLE, "is not a JSON object", "see the configuration reference for its form");
        } catch (JsonProcessingException malformed) {
            env.errors().add(VARIABLE, "is not JSON: " + malformed.getOriginalMessage(), "correct it");
        }
        return MissingNode.getInstance();
    }

    static SourceConfig from(JsonNode json, ConfigErrors errors) {
        EventMode mode = mode(json.path("mode").asText(""), errors);
        SourceConfig config = new SourceConfig(
                selection(json, mode, errors),
                mode,
                filters(json, errors),
                emitPolicy("gaps", json, errors),
                replay(json, errors),
                json.path("failFast").asBoolean());
        if (json.isObject()) {
            config.check(json, errors);
        }
        return config;
    }

    private static Selection selection(JsonNode json, EventMode mode, ConfigErrors errors) {
        List<String> namespaces = texts(json.path("namespaces"));
        return new Selection(
                new ResourceReader(mode == EventMode.RESOURCE, errors)
                        .read(VARIABLE + ".resources", json.path("resources")),
                namespaces,
                json.path("allNamespaces").asBoolean() || namespaces.contains(""),
                mode == EventMode.REFERENCE,
                emitPolicy("initialState", json, errors),
                new DataPolicy(
                        !Choice.isMade(VARIABLE + ".managedFields", json.path("managedFields"), errors, "Omit", "Keep"),
                        !Choice.isMade(VARIABLE + ".redact", json.path("redact"), errors, "None", "Secrets")));
    }

    private void check(JsonNode json, ConfigErrors errors) {
        if (!json.path("resources").isArray() || json.path("resources").isEmpty()) {
            errors.add(VARIABLE + ".resources", "names nothing to watch", ResourceReader.REMEDY);
        }
        // An empty list is valid: Knative's controller writes it while a namespace selector matches nothing.
        if (!selection.allNamespaces() && !json.path("namespaces").isArray()) {
            errors.add(VARIABLE + ".namespaces", "is missing", "name at least one, or set allNamespaces to true");
        }
        if (replay.isPresent() && !filters.kinds().contains(Change.Kind.ADDED)) {
            errors.add(
                    VARIABLE + ".replay",
                    "sends adds, which eventTypes leaves out",
                    "add 'add' to eventTypes, or omit it");
        }
    }

    private static Optional<String> replay(JsonNode json, ConfigErrors errors) {
        JsonNode value = json.path("replay");
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual() || !REPLAY.matcher(value.textValue()).matches()) {
            errors.add(
                    VARIABLE + ".replay",
                    "'" + value.asText(value.toString()) + "' is no name",
                    "write 1 to 63 letters, digits, '.', '_', ':' or '-'");
            return Optional.empty();
        }
        return Optional.of(value.textValue());
    }

    private static EventMode mode(String text, ConfigErrors errors) {
        if (text.isEmpty()) {
            return EventMode.REFERENCE;
        }
        return Arrays.stream(EventMode.values())
                .filter(m -> m.text().equals(text))
                .findFirst()
                .orElseGet(() -> {
                    errors.add(VARIABLE + ".mode", "'" + text + "' is no mode", "write Reference or Resource");
                    return EventMode.REFERENCE;
                });
    }

    private static EmitPolicy emitPolicy(String field, JsonNode json, ConfigErrors errors) {
        return Choice.isMade(VARIABLE + "." + field, json.path(field), errors, "Emit", "Skip")
                ? EmitPolicy.EMIT
                : EmitPolicy.SKIP;
    }

    private static Filters filters(JsonNode json, ConfigErrors errors) {
        return new Filters(
                owner(json.path("owner")),
                kinds(json.path("eventTypes"), errors),
                new FilterReader(errors).read(VARIABLE + ".filters", json.path("filters")));
    }

    private static Set<Change.Kind> kinds(JsonNode eventTypes, ConfigErrors errors) {
        if (eventTypes.isMissingNode() || eventTypes.isNull()) {
            return EnumSet.allOf(Change.Kind.class);
        }
        Set<Change.Kind> kinds = EnumSet.noneOf(Change.Kind.class);
        eventTypes.forEach(text -> kind(text).ifPresentOrElse(kinds::add, () -> refuseEventType(text, errors)));
        if (eventTypes.isEmpty()) {
            errors.add(VARIABLE + ".eventTypes", "names no type", "name at least one of add, update, delete");
        }
        return kinds;
    }

    private static Optional<Change.Kind> kind(JsonNode text) {
        return Arrays.stream(Change.Kind.values())
                .filter(kind -> EventMode.suffix(kind).equals(text.textValue()))
                .findFirst();
    }

    private static void refuseEventType(JsonNode text, ConfigErrors errors) {
        errors.add(VARIABLE + ".eventTypes", text + " is unknown", "write add, update or delete");
    }

    private static Optional<OwnerFilter> owner(JsonNode owner) {
        String apiVersion = owner.path("apiVersion").asText("");
        String kind = owner.path("kind").asText("");
        return apiVersion.isEmpty() && kind.isEmpty()
                ? Optional.empty()
                : Optional.of(new OwnerFilter(apiVersion, kind));
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .distinct()
                .toList();
    }
}

package dev.apiserversource.adapter.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.adapter.event.EventMode;
import dev.apiserversource.adapter.event.OwnerFilter;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.frame.config.ConfigErrors;
import dev.apiserversource.frame.config.DeliveryConfig;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * What {@code K_SOURCE_CONFIG} says: the part of an ApiServerSource's spec that a controller passes on, as JSON in Knative's form.
 *
 * @param resources what to watch
 * @param namespaces where, when not everywhere
 * @param allNamespaces whether everywhere
 * @param mode what the events say
 * @param owner whose objects count; empty for all
 * @param delivery how delivery is to go, and where to when it fails
 * @param existing whether objects that exist at the first start come out as added
 * @param gaps whether gaps come out as events
 * @param failFast whether a watch that cannot be opened ends the process
 */
public record SourceConfig(
        List<RequestedResource> resources,
        List<String> namespaces,
        boolean allNamespaces,
        EventMode mode,
        Optional<OwnerFilter> owner,
        DeliveryConfig delivery,
        boolean existing,
        boolean gaps,
        boolean failFast) {

    public static final String VARIABLE = "K_SOURCE_CONFIG";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RESOURCE_REMEDY =
            "give it as {\"gvr\":{\"Group\":\"apps\",\"Version\":\"v1\",\"Resource\":\"deployments\"}}";

    public static SourceConfig parse(String text, ConfigErrors problems) {
        JsonNode json = read(text, problems);
        boolean everywhere = json.path("allNamespaces").asBoolean()
                || texts(json.path("namespaces")).contains("");
        SourceConfig config = new SourceConfig(
                resources(json.path("resources"), problems),
                texts(json.path("namespaces")),
                everywhere,
                mode(json.path("mode").asText(""), problems),
                owner(json.path("owner")),
                DeliveryConfig.parse(VARIABLE + ".delivery", json.path("delivery"), problems),
                emits("initialState", json, problems),
                emits("gaps", json, problems),
                json.path("failFast").asBoolean());
        if (json.isObject()) {
            config.check(json, problems);
        }
        return config;
    }

    private void check(JsonNode json, ConfigErrors problems) {
        if (!json.path("resources").isArray() || json.path("resources").isEmpty()) {
            problems.add(VARIABLE + ".resources", "names nothing to watch", RESOURCE_REMEDY);
        }
        // An empty list is none: Knative's controller writes it as long as a namespace selector matches nothing.
        if (!allNamespaces && !json.path("namespaces").isArray()) {
            problems.add(VARIABLE + ".namespaces", "is missing", "name at least one, or set allNamespaces to true");
        }
        if (!json.path("filters").isEmpty()) {
            problems.add(VARIABLE + ".filters", "subscription filters are not supported yet", "leave them out");
        }
    }

    private static JsonNode read(String text, ConfigErrors problems) {
        if (text.isEmpty()) {
            return JSON.createArrayNode();
        }
        try {
            JsonNode json = JSON.readTree(text);
            if (!json.isObject()) {
                problems.add(VARIABLE, "is not a JSON object", "see the configuration reference for its form");
            }
            return json;
        } catch (JsonProcessingException malformed) {
            problems.add(VARIABLE, "is not JSON: " + malformed.getOriginalMessage(), "correct it");
            return JSON.createArrayNode();
        }
    }

    private static List<RequestedResource> resources(JsonNode list, ConfigErrors problems) {
        List<RequestedResource> resources = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode gvr = list.get(i).path("gvr");
            String selector = list.get(i).path("selector").asText("");
            RequestedResource resource =
                    new RequestedResource(field(gvr, "Group"), field(gvr, "Version"), field(gvr, "Resource"), selector);
            if (resource.version().isEmpty() || resource.name().isEmpty()) {
                String where = VARIABLE + ".resources[" + i + "].gvr";
                problems.add(where, "lacks Version or Resource", RESOURCE_REMEDY);
            }
            resources.add(resource);
        }
        // Knative takes a resource that is named twice; one stream is enough for it.
        return resources.stream().distinct().toList();
    }

    /** Knative writes these in capitals; its own decoder does not care. */
    private static String field(JsonNode gvr, String name) {
        return StreamSupport.stream(((Iterable<String>) gvr::fieldNames).spliterator(), false)
                .filter(name::equalsIgnoreCase)
                .map(found -> gvr.path(found).asText(""))
                .findFirst()
                .orElse("");
    }

    private static EventMode mode(String text, ConfigErrors problems) {
        if (text.isEmpty()) {
            return EventMode.REFERENCE;
        }
        return Arrays.stream(EventMode.values())
                .filter(m -> m.text().equals(text))
                .findFirst()
                .orElseGet(() -> {
                    problems.add(VARIABLE + ".mode", "'" + text + "' is no mode", "write Reference or Resource");
                    return EventMode.REFERENCE;
                });
    }

    /** Fields of ours, not Knative's: whether something comes out as events that does not do so in Knative. */
    private static boolean emits(String field, JsonNode json, ConfigErrors problems) {
        JsonNode value = json.path(field);
        String text = value.isContainerNode() ? value.toString() : value.asText("");
        if (!text.isEmpty() && !text.equals("Emit") && !text.equals("Skip")) {
            problems.add(VARIABLE + "." + field, "'" + text + "' is unknown", "write Emit or Skip");
        }
        return text.equals("Emit");
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

package dev.apiserversource.adapter.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apiserversource.adapter.json.JsonEdit;
import dev.apiserversource.adapter.model.ChangedPart;
import dev.apiserversource.adapter.model.ObjectOptions;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.frame.config.ConfigErrors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** Reads {@code resources}. */
final class ResourceReader {

    static final String REMEDY =
            "give it as {\"gvr\":{\"Group\":\"apps\",\"Version\":\"v1\",\"Resource\":\"deployments\"}}";

    private static final String FIELD_TERM = "[A-Za-z][A-Za-z0-9._/-]*(=|==|!=)([^\\p{Cntrl},=\\\\]|\\\\[,=\\\\])*";

    /** Terms like {@code status.phase!=Running}. The API server knows which fields a kind has. */
    private static final Pattern FIELD_SELECTOR = Pattern.compile(FIELD_TERM + "(," + FIELD_TERM + ")*");

    /** The event has them in its attributes, too. */
    private static final Set<String> NOT_REDACTABLE = Set.of("apiVersion", "kind", "metadata");

    private final boolean hasObjects;
    private final ConfigErrors errors;

    /** {@code hasObjects}: whether the data of events is whole objects. */
    ResourceReader(boolean hasObjects, ConfigErrors errors) {
        this.hasObjects = hasObjects;
        this.errors = errors;
    }

    /** The resources in {@code list}, named {@code where} in messages. */
    List<RequestedResource> read(String where, JsonNode list) {
        List<RequestedResource> resources = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            RequestedResource resource = resource(where + "[" + i + "]", list.get(i));
            refuseOtherOptions(where, i, resource, resources);
            resources.add(resource);
        }
        // Knative accepts a resource that is listed twice. One stream is enough.
        return resources.stream().distinct().toList();
    }

    private RequestedResource resource(String where, JsonNode resource) {
        JsonNode gvr = resource.path("gvr");
        RequestedResource read = new RequestedResource(
                field(gvr, "Group"),
                field(gvr, "Version"),
                field(gvr, "Resource"),
                resource.path("selector").asText(""),
                fieldSelector(where, resource.path("fieldSelector")),
                new ObjectOptions(
                        changes(where, resource.path("changes")),
                        redactPaths(where, resource.path("redactPaths")),
                        previous(where, resource.path("previous"))));
        if (read.version().isEmpty() || read.name().isEmpty()) {
            errors.add(where + ".gvr", "lacks Version or Resource", REMEDY);
        }
        return read;
    }

    /** Two resources with the same selectors share a stream. */
    private void refuseOtherOptions(String where, int at, RequestedResource resource, List<RequestedResource> before) {
        for (int i = 0; i < before.size(); i++) {
            if (before.get(i).isSameSelection(resource)
                    && !before.get(i).options().equals(resource.options())) {
                errors.add(
                        where + "[" + at + "]",
                        "selects the same objects as resources[" + i + "], with other changes, redactPaths or previous",
                        "keep one of the two");
            }
        }
    }

    /** A field in any case: Knative writes capitals, and Go decodes without regard to case. */
    private static String field(JsonNode gvr, String name) {
        return StreamSupport.stream(((Iterable<String>) gvr::fieldNames).spliterator(), false)
                .filter(name::equalsIgnoreCase)
                .map(found -> gvr.path(found).asText(""))
                .findFirst()
                .orElse("");
    }

    private String fieldSelector(String where, JsonNode selector) {
        String text = selector.asText("");
        if (!text.isEmpty() && !FIELD_SELECTOR.matcher(text).matches()) {
            errors.add(
                    where + ".fieldSelector",
                    "'" + text + "' is no field selector",
                    "write it like status.phase=Running,spec.nodeName!=node-1");
        }
        return text;
    }

    private ChangedPart changes(String where, JsonNode changes) {
        String text = changes.asText("");
        return Arrays.stream(ChangedPart.values())
                .filter(part -> part.text().equals(text))
                .findFirst()
                .orElseGet(() -> {
                    if (!text.isEmpty() || changes.isContainerNode()) {
                        errors.add(
                                where + ".changes", "'" + text + "' is unknown", "write Any, Spec, Status or Metadata");
                    }
                    return ChangedPart.ANY;
                });
    }

    private boolean previous(String where, JsonNode previous) {
        boolean patch = Choice.isMade(where + ".previous", previous, errors, "Patch", "None");
        if (patch && !hasObjects) {
            errors.add(where + ".previous", "needs whole objects", "set mode to Resource, or leave previous out");
        }
        return patch;
    }

    private List<String> redactPaths(String where, JsonNode paths) {
        List<String> read = new ArrayList<>();
        if (!paths.isMissingNode() && !paths.isNull() && !paths.isArray()) {
            errors.add(where + ".redactPaths", "is not a list", "write it as a list of JSON pointers");
        }
        for (int i = 0; i < paths.size(); i++) {
            String path = paths.path(i).asText("");
            try {
                checkPath(path);
                read.add(path);
            } catch (IllegalArgumentException refused) {
                errors.add(
                        where + ".redactPaths[" + i + "]",
                        "'" + path + "' " + refused.getMessage(),
                        "write a JSON pointer such as /spec/password or /spec/containers/*/env");
            }
        }
        return read;
    }

    private static void checkPath(String path) {
        List<String> names = JsonEdit.path(path);
        if (names.size() == 1 && NOT_REDACTABLE.contains(names.get(0))) {
            throw new IllegalArgumentException("identifies the object and cannot be redacted");
        }
        if (names.get(0).equals(JsonEdit.ANY)) {
            throw new IllegalArgumentException("redacts the whole object");
        }
    }
}

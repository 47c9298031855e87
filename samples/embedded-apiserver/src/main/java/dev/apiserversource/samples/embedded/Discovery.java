package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.Kinds.GroupVersion;

import java.util.List;
import java.util.Optional;

/** What is served, group by group, in the unaggregated form: every client falls back to it. */
final class Discovery {

    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    private final Kinds kinds;

    Discovery(Kinds kinds) {
        this.kinds = kinds;
    }

    /** The answer for {@code path}, when it is one of discovery. */
    Optional<ObjectNode> find(String path) {
        String[] segment = path.replaceAll("^/|/$", "").split("/", -1);
        if (segment[0].equals("api")) {
            return switch (segment.length) {
                case 1 -> Optional.of(coreVersions());
                case 2 -> resources(new GroupVersion("", segment[1]));
                default -> Optional.empty();
            };
        }
        if (!segment[0].equals("apis")) {
            return Optional.empty();
        }
        return switch (segment.length) {
            case 1 -> Optional.of(groups());
            case 2 -> group(segment[1]);
            case 3 -> resources(new GroupVersion(segment[1], segment[2]));
            default -> Optional.empty();
        };
    }

    private static ObjectNode coreVersions() {
        ObjectNode versions = Json.object().put("kind", "APIVersions");
        versions.putArray("versions").add("v1");
        versions.putArray("serverAddressByClientCIDRs");
        return versions;
    }

    private ObjectNode groups() {
        ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        kinds.groupVersions()
                .map(GroupVersion::group)
                .filter(group -> !group.isEmpty())
                .distinct()
                .flatMap(name -> group(name).stream())
                .forEach(group -> groups.add(group.without(List.of("kind", "apiVersion"))));
        return list;
    }

    private Optional<ObjectNode> group(String name) {
        List<GroupVersion> served = kinds.groupVersions()
                .filter(version -> version.group().equals(name))
                .toList();
        if (served.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode group =
                Json.object().put("kind", "APIGroup").put("apiVersion", "v1").put("name", name);
        ArrayNode versions = group.putArray("versions");
        served.forEach(version -> versions.add(version(version)));
        return Optional.of(group.set("preferredVersion", version(served.get(0))));
    }

    private static ObjectNode version(GroupVersion version) {
        return Json.object().put("groupVersion", version.toString()).put("version", version.version());
    }

    private Optional<ObjectNode> resources(GroupVersion groupVersion) {
        if (kinds.groupVersions().noneMatch(groupVersion::equals)) {
            return Optional.empty();
        }
        ObjectNode list = Json.object().put("kind", "APIResourceList").put("apiVersion", "v1");
        ArrayNode resources = list.put("groupVersion", groupVersion.toString()).putArray("resources");
        kinds.of(groupVersion).forEach(kind -> addResources(resources, kind));
        return Optional.of(list);
    }

    private static void addResources(ArrayNode resources, ResourceKind kind) {
        ObjectNode resource = addResource(
                resources,
                kind,
                kind.plural(),
                kind.singular(),
                AccessReviews.isReview(kind) ? List.of("create") : VERBS);
        addTexts(resource, "shortNames", kind.shortNames());
        addTexts(resource, "categories", kind.categories());
        if (kind.statusSubresource()) {
            addResource(resources, kind, kind.plural() + "/status", "", List.of("get", "patch", "update"));
        }
        if (kind.qualifiedName().equals("pods")) {
            addResource(resources, kind, "pods/log", "", List.of("get"));
        }
    }

    private static ObjectNode addResource(
            ArrayNode resources, ResourceKind kind, String name, String singular, List<String> verbs) {
        ObjectNode resource = resources
                .addObject()
                .put("name", name)
                .put("singularName", singular)
                .put("namespaced", kind.namespaced())
                .put("kind", kind.kind());
        addTexts(resource, "verbs", verbs);
        return resource;
    }

    private static void addTexts(ObjectNode to, String field, List<String> texts) {
        if (!texts.isEmpty()) {
            ArrayNode array = to.putArray(field);
            texts.forEach(array::add);
        }
    }
}

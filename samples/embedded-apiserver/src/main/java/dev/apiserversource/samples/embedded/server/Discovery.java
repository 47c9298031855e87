package dev.apiserversource.samples.embedded.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.kubectl.OpenApi;
import dev.apiserversource.samples.embedded.store.Json;
import dev.apiserversource.samples.embedded.store.ResourceKind;
import dev.apiserversource.samples.embedded.store.ResourceKinds;
import dev.apiserversource.samples.embedded.store.ResourceKinds.GroupVersion;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

import java.util.List;
import java.util.Optional;

/**
 * What is not about objects: health, version, OpenAPI and discovery. Discovery is unaggregated; every client falls back
 * to that.
 */
final class Discovery {

    private static final ObjectNode VERSION = Json.object()
            .put("major", "1")
            .put("minor", "36")
            .put("gitVersion", "v1.36.0+embedded")
            .put("platform", "java");
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    private final ResourceKinds kinds;
    private final OpenApi openApi;

    Discovery(ResourceKinds kinds) {
        this.kinds = kinds;
        this.openApi = new OpenApi(kinds);
    }

    void handle(HttpServerRequest request, String path) {
        HttpServerResponse response = request.response();
        switch (path) {
            case "/healthz", "/readyz", "/livez" -> Responses.text(response, 200, "ok");
            case "/version" -> Responses.json(response, 200, VERSION);
            case "/openapi/v2" -> openApiV2(request);
            default ->
                find(path)
                        .or(() -> openApi.find(path))
                        .ifPresentOrElse(
                                found -> Responses.json(response, 200, found),
                                () -> Responses.text(response, 404, "404 page not found\n"));
        }
    }

    /** An empty document. kubectl requests it as protocol buffers, where no bytes are an empty document. */
    private static void openApiV2(HttpServerRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        if (accept != null && accept.contains("protobuf")) {
            request.response().putHeader("content-type", accept).end();
        } else {
            Responses.json(request.response(), 200, Json.object().put("swagger", "2.0"));
        }
    }

    private Optional<ObjectNode> find(String path) {
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
                kind.names().singular(),
                ObjectRequests.isReview(kind) ? List.of("create") : VERBS);
        addTexts(resource, "shortNames", kind.names().shortNames());
        addTexts(resource, "categories", kind.names().categories());
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

package dev.apiserversource.loadtests.compare.feed;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Answers what clients ask an API server that has {@link ConfigMaps} and nothing else: discovery of some core kinds,
 * lists in pages, watches, streaming lists. There are no labels, no writes and no history that is lost.
 */
final class FakeApi {

    /** Plural to kind. */
    private static final Map<String, String> KINDS = new TreeMap<>(Map.of(
            "configmaps", "ConfigMap",
            "endpoints", "Endpoints",
            "pods", "Pod",
            "secrets", "Secret",
            "services", "Service",
            "serviceaccounts", "ServiceAccount"));

    private static final Pattern COLLECTION = Pattern.compile("/api/v1(?:/namespaces/([^/]+))?/([a-z]+)");
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final String DISCOVERY = """
            {"kind":"APIResourceList","groupVersion":"v1","resources":[%s]}""";
    private static final String RESOURCE = """
            {"name":"%s","singularName":"%s","namespaced":true,"kind":"%s","verbs":["get","list","watch"]}""";
    private static final String LIST = """
            {"kind":"%sList","apiVersion":"%s","metadata":{"resourceVersion":"%d"%s},"items":[""";
    private static final String MORE = """
            ,"continue":"%d-%d","remainingItemCount":%d""";
    private static final String ABSENT = """
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"not found",\
            "reason":"NotFound","code":404}""";

    private final ConfigMaps objects;
    private final Map<Integer, AtomicLong> newest = new ConcurrentHashMap<>();

    FakeApi(ConfigMaps objects) {
        this.objects = objects;
    }

    Answer answer(ApiRequest request) {
        Matcher path = COLLECTION.matcher(request.path());
        if (!request.method().equals("GET")) {
            return json(NOT_FOUND, ABSENT);
        }
        if (path.matches() && KINDS.containsKey(path.group(2))) {
            String kind = KINDS.get(path.group(2));
            @Nullable Collection collection = collection(request, path.group(1), kind);
            return request.isTrue("watch") ? watch(request, collection, kind) : list(request, collection, kind);
        }
        return switch (request.path()) {
            case "/api/v1" -> json(OK, discovery());
            case "/version" -> json(OK, "{\"major\":\"1\",\"minor\":\"36\",\"gitVersion\":\"v1.36.2\"}");
            default -> json(NOT_FOUND, ABSENT);
        };
    }

    /** What is asked for; null if there are no objects. All namespaces together show the first one. */
    private @Nullable Collection collection(ApiRequest request, @Nullable String namespace, String kind) {
        OptionalInt number = namespace == null ? OptionalInt.of(0) : ConfigMaps.numberOf(namespace);
        if (!kind.equals("ConfigMap") || number.isEmpty() || !request.selectsUnlabelled()) {
            return null;
        }
        AtomicLong version =
                newest.computeIfAbsent(number.getAsInt(), unseen -> new AtomicLong(objects.completeVersion()));
        return new Collection(objects, objects.form(request.accept()), number.getAsInt(), version);
    }

    private long now(@Nullable Collection collection) {
        return collection == null
                ? objects.completeVersion()
                : collection.newest().get();
    }

    private Answer watch(ApiRequest request, @Nullable Collection collection, String kind) {
        String version = request.parameter("resourceVersion");
        boolean listed = request.isTrue("sendInitialEvents");
        boolean resumed = !listed && !version.isEmpty() && !version.equals("0");
        return new Answer.Watch(collection, listed, resumed ? Long.parseLong(version) : now(collection), kind);
    }

    /** One page. A continue token is the version of the list and the first object of the page. */
    private Answer list(ApiRequest request, @Nullable Collection collection, String kind) {
        String[] token = request.parameter("continue").split("-", 2);
        boolean continued = token.length == 2;
        long version = continued ? Long.parseLong(token[0]) : now(collection);
        int from = continued ? Integer.parseInt(token[1]) : 0;
        int limit = request.parameter("limit").isEmpty() ? 0 : Integer.parseInt(request.parameter("limit"));
        int count = collection == null ? 0 : collection.count();
        int to = limit == 0 ? count : Math.min(count, from + limit);
        String more = to < count ? MORE.formatted(version, to, count - to) : "";
        boolean partial = request.accept().contains("as=PartialObjectMetadata");
        String head = LIST.formatted(
                partial ? "PartialObjectMetadata" : kind, partial ? "meta.k8s.io/v1" : "v1", version, more);
        if (collection == null) {
            return json(OK, head + "]}");
        }
        return new Answer.Body(OK, collection.page(head.getBytes(StandardCharsets.US_ASCII), from, to, version));
    }

    private static String discovery() {
        return DISCOVERY.formatted(KINDS.entrySet().stream()
                .map(kind ->
                        RESOURCE.formatted(kind.getKey(), kind.getValue().toLowerCase(Locale.ROOT), kind.getValue()))
                .collect(Collectors.joining(",")));
    }

    private static Answer json(int status, String text) {
        return new Answer.Body(status, text.getBytes(StandardCharsets.US_ASCII));
    }
}

package dev.apiserversource.loadtests.compare.feed;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Answers what clients ask an API server that has {@link ConfigMaps} in one namespace, and nothing else: discovery of
 * five core kinds, lists in pages, watches, streaming lists. Labels, writes and history that is too old are not there.
 *
 * <p>Both transports share it, so its state is one number: the newest version that was sent.
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
    private static final String ABSENT = """
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"not found",\
            "reason":"NotFound","code":404}""";

    private final ConfigMaps objects;
    private final AtomicLong newest;

    FakeApi(ConfigMaps objects) {
        this.objects = objects;
        this.newest = new AtomicLong(objects.completeVersion());
    }

    ConfigMaps objects() {
        return objects;
    }

    /** Changes up to {@code version} were sent by a watch. */
    void sent(long version) {
        newest.accumulateAndGet(version, Math::max);
    }

    Answer answer(ApiRequest request) {
        Matcher collection = COLLECTION.matcher(request.path());
        if (!request.method().equals("GET")) {
            return json(NOT_FOUND, ABSENT);
        }
        if (collection.matches() && KINDS.containsKey(collection.group(2))) {
            String kind = KINDS.get(collection.group(2));
            ConfigMaps.@Nullable Form form = form(request, collection.group(1), kind);
            return request.isTrue("watch") ? watch(request, form, kind) : list(request, form, kind);
        }
        return switch (request.path()) {
            case "/api/v1" -> json(OK, discovery());
            case "/version" -> json(OK, "{\"major\":\"1\",\"minor\":\"36\",\"gitVersion\":\"v1.36.2\"}");
            default -> json(NOT_FOUND, ABSENT);
        };
    }

    /** How the objects of the collection are sent; null for one without objects. */
    private ConfigMaps.@Nullable Form form(ApiRequest request, @Nullable String namespace, String kind) {
        boolean there = kind.equals("ConfigMap") && (namespace == null || namespace.equals(ConfigMaps.NAMESPACE));
        return there && request.selectsUnlabelled() ? objects.form(request.accept()) : null;
    }

    private Answer watch(ApiRequest request, ConfigMaps.@Nullable Form form, String kind) {
        String version = request.parameter("resourceVersion");
        boolean resumed = !version.isEmpty() && !version.equals("0") && !request.isTrue("sendInitialEvents");
        return new Answer.Watch(
                form, request.isTrue("sendInitialEvents"), resumed ? Long.parseLong(version) : newest.get(), kind);
    }

    /** One page. A continue token is the version of the list and the first object of the page. */
    private Answer list(ApiRequest request, ConfigMaps.@Nullable Form form, String kind) {
        String[] token = request.parameter("continue").split("-", 2);
        boolean continued = token.length == 2;
        long version = continued ? Long.parseLong(token[0]) : newest.get();
        int from = continued ? Integer.parseInt(token[1]) : 0;
        int limit = request.parameter("limit").isEmpty() ? 0 : Integer.parseInt(request.parameter("limit"));
        int count = form == null ? 0 : objects.count();
        int to = limit == 0 ? count : Math.min(count, from + limit);
        String more = to < count
                ? ",\"continue\":\"%d-%d\",\"remainingItemCount\":%d".formatted(version, to, count - to)
                : "";
        boolean partial = request.accept().contains("as=PartialObjectMetadata");
        String head = LIST.formatted(
                partial ? "PartialObjectMetadata" : kind, partial ? "meta.k8s.io/v1" : "v1", version, more);
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        return new Answer.Body(OK, form == null ? end(start, start.length) : page(start, form.item(), from, to, version));
    }

    private byte[] page(byte[] head, Template item, int from, int to, long version) {
        byte[] page = Arrays.copyOf(head, Math.toIntExact(head.length + (to - from) * (item.length() + 1L) + 2));
        int at = head.length;
        for (int object = from; object < to; object++) {
            at = item.fill(page, at, object, objects.versionOf(object, version), 0);
            page[at++] = ',';
        }
        return end(page, to > from ? at - 1 : at);
    }

    private static byte[] end(byte[] page, int length) {
        byte[] whole = Arrays.copyOf(page, length + 2);
        whole[length] = ']';
        whole[length + 1] = '}';
        return whole;
    }

    private static String discovery() {
        return DISCOVERY.formatted(KINDS.entrySet().stream()
                .map(kind -> RESOURCE.formatted(
                        kind.getKey(), kind.getValue().toLowerCase(java.util.Locale.ROOT), kind.getValue()))
                .collect(Collectors.joining(",")));
    }

    private static Answer json(int status, String text) {
        return new Answer.Body(status, text.getBytes(StandardCharsets.US_ASCII));
    }
}

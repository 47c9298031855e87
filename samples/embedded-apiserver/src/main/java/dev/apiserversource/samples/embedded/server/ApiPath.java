package dev.apiserversource.samples.embedded.server;

import dev.apiserversource.samples.embedded.store.ObjectKey;
import dev.apiserversource.samples.embedded.store.ResourceKinds.GroupVersion;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The URL path of objects: {@code /api/v1/namespaces/NS/PLURAL/NAME/SUBRESOURCE} and its shorter and grouped forms.
 * Absent parts are empty.
 */
record ApiPath(GroupVersion groupVersion, String namespace, String plural, String name, String subresource) {

    private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");

    /** Empty when {@code path} is not one of objects, for example discovery. */
    static Optional<ApiPath> parse(String path) {
        List<String> segments = Stream.of(path.split("/"))
                .filter(segment -> !segment.isEmpty())
                .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
                .toList();
        if (segments.size() >= 3 && segments.get(0).equals("api")) {
            return Optional.of(parse(new GroupVersion("", segments.get(1)), segments.subList(2, segments.size())));
        }
        if (segments.size() >= 4 && segments.get(0).equals("apis")) {
            GroupVersion groupVersion = new GroupVersion(segments.get(1), segments.get(2));
            return Optional.of(parse(groupVersion, segments.subList(3, segments.size())));
        }
        return Optional.empty();
    }

    private static ApiPath parse(GroupVersion groupVersion, List<String> rest) {
        boolean namespaced = rest.size() >= 3
                && rest.get(0).equals("namespaces")
                && !(rest.size() == 3 && NAMESPACE_SUBRESOURCES.contains(rest.get(2)));
        List<String> object = namespaced ? rest.subList(2, rest.size()) : rest;
        return new ApiPath(
                groupVersion, namespaced ? rest.get(1) : "", object.get(0), segment(object, 1), segment(object, 2));
    }

    private static String segment(List<String> segments, int index) {
        return index < segments.size() ? segments.get(index) : "";
    }

    boolean isCollection() {
        return name.isEmpty();
    }

    ObjectKey key() {
        return new ObjectKey(namespace, name);
    }
}

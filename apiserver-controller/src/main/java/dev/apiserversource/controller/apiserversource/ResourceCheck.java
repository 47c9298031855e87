package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSourceSpec;
import dev.apiserversource.controller.api.ApiServerSourceSpec.PreviousPolicy;
import dev.apiserversource.controller.api.ApiServerSourceSpec.WatchedResource;
import dev.apiserversource.controller.api.EventMode;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Finds what the adapter would refuse in the options of a resource. The CRD refuses most of it. */
final class ResourceCheck {

    private static final String FIELD_TERM = "[A-Za-z][A-Za-z0-9._/-]*(=|==|!=)([^\\p{Cntrl},=\\\\]|\\\\[,=\\\\])*";
    private static final Pattern FIELD_SELECTOR = Pattern.compile(FIELD_TERM + "(," + FIELD_TERM + ")*");

    /** A JSON pointer (RFC 6901) to something in an object that does not identify it. */
    private static final Pattern REDACT_PATH =
            Pattern.compile("(?!/(apiVersion|kind|metadata|[*](/.*)?)$)(/([^/~]|~[01])*)+");

    private ResourceCheck() {}

    /** The first problem, with its field and the remedy. */
    static Optional<String> problem(ApiServerSourceSpec spec) {
        List<WatchedResource> resources = spec.resources();
        return IntStream.range(0, resources.size())
                .boxed()
                .flatMap(i -> Stream.of(
                                fieldSelector(resources.get(i)),
                                redactPath(resources.get(i)),
                                previous(resources.get(i), spec.mode()),
                                sameObjects(resources.get(i), resources.subList(0, i)))
                        .flatMap(Optional::stream)
                        .map(problem -> "spec.resources[" + i + "]" + problem))
                .findFirst();
    }

    private static Optional<String> fieldSelector(WatchedResource resource) {
        return Optional.ofNullable(resource.fieldSelector())
                .filter(text -> !text.isEmpty() && !FIELD_SELECTOR.matcher(text).matches())
                .map(text -> ".fieldSelector: \"" + text
                        + "\" is no field selector; write it like status.phase=Running,spec.nodeName!=node-1");
    }

    private static Optional<String> redactPath(WatchedResource resource) {
        return Stream.ofNullable(resource.redactPaths())
                .flatMap(List::stream)
                .filter(path -> !REDACT_PATH.matcher(path).matches())
                .map(path -> ".redactPaths: \"" + path
                        + "\" must be a JSON pointer below apiVersion, kind and metadata, such as /spec/password")
                .findFirst();
    }

    private static Optional<String> previous(WatchedResource resource, EventMode mode) {
        return Optional.ofNullable(resource.previous())
                .filter(previous -> previous == PreviousPolicy.PATCH && mode != EventMode.RESOURCE)
                .map(previous -> ".previous: Patch needs whole objects; set spec.mode to Resource");
    }

    /** One stream serves both. */
    private static Optional<String> sameObjects(WatchedResource resource, List<WatchedResource> before) {
        return before.stream()
                .filter(other -> isSameSelection(resource, other) && !resource.equals(other))
                .map(other -> ": selects the same objects as another one, with other changes, redactPaths or"
                        + " previous; keep one of the two")
                .findFirst();
    }

    private static boolean isSameSelection(WatchedResource a, WatchedResource b) {
        return a.apiVersion().equals(b.apiVersion())
                && a.kind().equals(b.kind())
                && Objects.equals(a.selector(), b.selector())
                && Objects.requireNonNullElse(a.fieldSelector(), "")
                        .equals(Objects.requireNonNullElse(b.fieldSelector(), ""));
    }
}

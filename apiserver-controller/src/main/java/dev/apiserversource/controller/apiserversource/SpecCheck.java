package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.ApiServerSourceSpec;
import dev.apiserversource.controller.api.ApiServerSourceSpec.ChangeType;
import dev.apiserversource.controller.namespaces.LabelMatcher;
import dev.apiserversource.controller.namespaces.NamespaceScope;
import io.fabric8.kubernetes.api.model.LabelSelector;
import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds what makes a source impossible to reconcile. The CRD refuses such a spec at {@code kubectl apply}, but an older
 * CRD or Knative's may have accepted it, and no CRD validates annotations.
 */
final class SpecCheck {

    private SpecCheck() {}

    /**
     * The first problem, with its field or annotation; empty for a source that a controller with this {@code scope} can
     * reconcile.
     */
    static Optional<String> problem(ApiServerSource source, NamespaceScope scope) {
        ApiServerSourceSpec spec = source.getSpec();
        return Stream.<Stream<String>>of(
                        source.specProblem().stream(),
                        paused(source),
                        podTemplate(source),
                        noResources(spec),
                        selector("spec.namespaceSelector", spec.namespaceSelector()),
                        otherNamespaces(spec, scope),
                        FilterCheck.firstProblem("spec.filters", spec.filters()).stream(),
                        noEventType(spec),
                        ResourceCheck.problem(spec).stream(),
                        replay(spec),
                        IntStream.range(0, spec.resources().size())
                                .boxed()
                                .flatMap(i -> selector(
                                        "spec.resources[" + i + "].selector",
                                        spec.resources().get(i).selector())))
                .flatMap(problems -> problems)
                .findFirst();
    }

    private static Stream<String> paused(ApiServerSource source) {
        return source
                .annotation(ApiServerSource.PAUSED)
                .filter(value -> !value.equals("true") && !value.equals("false"))
                .map(value -> "annotation " + ApiServerSource.PAUSED + ": must be true or false")
                .stream();
    }

    private static Stream<String> podTemplate(ApiServerSource source) {
        try {
            PodTemplateAnnotation.of(source);
            return Stream.of();
        } catch (IllegalArgumentException e) {
            return Stream.of("annotation " + ApiServerSource.POD_TEMPLATE + ": " + e.getMessage());
        }
    }

    private static Stream<String> noResources(ApiServerSourceSpec spec) {
        return spec.resources().isEmpty() ? Stream.of("spec.resources: no kind is given") : Stream.of();
    }

    private static Stream<String> noEventType(ApiServerSourceSpec spec) {
        return spec.eventTypes() != null && spec.eventTypes().isEmpty()
                ? Stream.of("spec.eventTypes: no type is given; name at least one of add, update, delete")
                : Stream.of();
    }

    private static Stream<String> replay(ApiServerSourceSpec spec) {
        if (spec.replay() != null && !ApiServerSourceSpec.isReplay(spec.replay())) {
            return Stream.of("spec.replay: " + ApiServerSourceSpec.REPLAY_RULE);
        }
        return spec.replay() != null
                        && spec.eventTypes() != null
                        && !spec.eventTypes().contains(ChangeType.ADD)
                ? Stream.of(
                        "spec.replay: sends adds, which spec.eventTypes leaves out; name add there, or remove replay")
                : Stream.of();
    }

    private static Stream<String> otherNamespaces(ApiServerSourceSpec spec, NamespaceScope scope) {
        return spec.namespaceSelector() == null || scope.isCluster()
                ? Stream.of()
                : Stream.of("spec.namespaceSelector: not supported, because the controller has CLUSTER_ACCESS=false");
    }

    private static Stream<String> selector(String field, @Nullable LabelSelector selector) {
        try {
            if (selector != null) {
                LabelMatcher.of(selector);
            }
            return Stream.of();
        } catch (IllegalArgumentException e) {
            return Stream.of(field + ": " + e.getMessage());
        }
    }
}

package dev.apiserversource.controller.knative;

import dev.apiserversource.controller.api.ApiServerSource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Accepts the updates of a source that matter: spec, deletion, Knative's finalizer, and annotations that are read.
 * Updates of the status do not, because the controller writes it.
 */
public final class SourceUpdateFilter implements OnUpdateFilter<ApiServerSource> {

    private static final String ANNOTATION_PREFIX = "apiserversource.dev/";

    @Override
    public boolean accept(ApiServerSource updated, ApiServerSource old) {
        return !Objects.equals(
                        updated.getMetadata().getGeneration(), old.getMetadata().getGeneration())
                || updated.isMarkedForDeletion() != old.isMarkedForDeletion()
                || updated.hasFinalizer(KnativeCoexistence.FINALIZER) != old.hasFinalizer(KnativeCoexistence.FINALIZER)
                || !annotations(updated).equals(annotations(old));
    }

    private static Map<String, String> annotations(HasMetadata object) {
        Map<String, String> read = new TreeMap<>(object.getMetadata().getAnnotations());
        read.keySet()
                .removeIf(name -> !name.startsWith(ANNOTATION_PREFIX)
                        && !name.equals(ApiServerSource.SKIP_PERMISSIONS_CHECK));
        return read;
    }
}

package dev.apiserversource.controller.knative;

import dev.apiserversource.controller.api.ApiServerSource;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;

import java.util.Objects;

/**
 * Accepts the updates of a source that matter: spec, deletion, Knative's finalizer, and annotations that are read.
 * Updates of the status do not, because the controller writes it.
 */
public final class SourceUpdateFilter implements OnUpdateFilter<ApiServerSource> {

    @Override
    public boolean accept(ApiServerSource updated, ApiServerSource old) {
        return !Objects.equals(
                        updated.getMetadata().getGeneration(), old.getMetadata().getGeneration())
                || updated.isMarkedForDeletion() != old.isMarkedForDeletion()
                || updated.hasFinalizer(KnativeCoexistence.FINALIZER) != old.hasFinalizer(KnativeCoexistence.FINALIZER)
                || !ApiServerSource.annotations(updated).equals(ApiServerSource.annotations(old));
    }
}

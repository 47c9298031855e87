package dev.apiserversource.controller.knative;

import dev.apiserversource.controller.api.ApiServerSource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;

import java.util.Objects;

/**
 * Accepts the updates of an object that matter: spec, deletion, Knative's finalizer, and annotations that are read.
 * Updates of the status do not, because the controller writes it.
 */
public final class SourceUpdateFilter implements OnUpdateFilter<HasMetadata> {

    @Override
    public boolean accept(HasMetadata updated, HasMetadata old) {
        return !Objects.equals(
                        updated.getMetadata().getGeneration(), old.getMetadata().getGeneration())
                || updated.isMarkedForDeletion() != old.isMarkedForDeletion()
                || hasFinalizer(updated) != hasFinalizer(old)
                || !ApiServerSource.annotations(updated).equals(ApiServerSource.annotations(old));
    }

    /** The finalizer that Knative's controller adds to an object: plural and group of the kind. */
    static String finalizer(HasMetadata object) {
        return HasMetadata.getFullResourceName(object.getClass());
    }

    private static boolean hasFinalizer(HasMetadata object) {
        return object.hasFinalizer(finalizer(object));
    }
}

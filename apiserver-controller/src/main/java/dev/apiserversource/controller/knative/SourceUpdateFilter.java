package dev.apiserversource.controller.knative;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Accepts the updates of an object that matter: spec, deletion, Knative's finalizer, and annotations of this
 * controller. Updates of the status do not, because the controller writes it.
 */
public final class SourceUpdateFilter implements OnUpdateFilter<HasMetadata> {

    private static final String ANNOTATION_PREFIX = "apiserversource.dev/";

    @Override
    public boolean accept(HasMetadata updated, HasMetadata old) {
        return !Objects.equals(
                        updated.getMetadata().getGeneration(), old.getMetadata().getGeneration())
                || updated.isMarkedForDeletion() != old.isMarkedForDeletion()
                || hasFinalizer(updated) != hasFinalizer(old)
                || !annotations(updated).equals(annotations(old));
    }

    /** The finalizer that Knative's controller adds to an object: plural and group of the kind. */
    static String finalizer(HasMetadata object) {
        return HasMetadata.getFullResourceName(object.getClass());
    }

    private static boolean hasFinalizer(HasMetadata object) {
        return object.hasFinalizer(finalizer(object));
    }

    private static Map<String, String> annotations(HasMetadata object) {
        Map<String, String> own = new TreeMap<>(object.getMetadata().getAnnotations());
        own.keySet().removeIf(name -> !name.startsWith(ANNOTATION_PREFIX));
        return own;
    }
}

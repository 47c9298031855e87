package dev.apiserversource.controller.apiserversource;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.SSABasedGenericKubernetesResourceMatcher;

import java.util.Optional;

/**
 * An object as it is after it was made as desired.
 *
 * @param object the object
 * @param change what had to be done
 */
record Applied<R extends HasMetadata>(R object, Change change) {

    /** What had to be done. */
    enum Change {
        NONE,
        CREATED,
        UPDATED
    }

    /**
     * Makes the object as desired by server-side apply, unless it is so already. Only the fields that this controller owns are compared: what
     * others have set stays.
     */
    static <R extends HasMetadata> Applied<R> of(R desired, Context<?> context) {
        Optional<R> actual = actual(desired, context);
        if (actual.isPresent() && matches(actual.get(), desired, context)) {
            return new Applied<>(actual.get(), Change.NONE);
        }
        R applied = context.resourceOperations().serverSideApply(desired);
        return new Applied<>(applied, actual.isPresent() ? Change.UPDATED : Change.CREATED);
    }

    @SuppressWarnings("unchecked") // the class of an R is a class of R
    private static <R extends HasMetadata> Optional<R> actual(R desired, Context<?> context) {
        return context.getSecondaryResourcesAsStream((Class<R>) desired.getClass())
                .filter(object -> object.getMetadata()
                        .getName()
                        .equals(desired.getMetadata().getName()))
                .findFirst();
    }

    private static <R extends HasMetadata> boolean matches(R actual, R desired, Context<?> context) {
        return SSABasedGenericKubernetesResourceMatcher.<R>getInstance().matches(actual, desired, context);
    }
}

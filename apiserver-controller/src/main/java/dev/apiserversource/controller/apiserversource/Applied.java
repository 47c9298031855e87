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
    @SuppressWarnings("unchecked") // the class of an R is a class of R
    static <R extends HasMetadata> Applied<R> of(R desired, Context<?> context) {
        Class<R> type = (Class<R>) desired.getClass();
        Optional<R> actual = actual(type, desired.getMetadata().getName(), context);
        if (actual.isPresent() && matches(actual.get(), desired, context)) {
            return new Applied<>(actual.get(), Change.NONE);
        }
        R applied = context.resourceOperations().serverSideApply(desired);
        return new Applied<>(applied, actual.isPresent() ? Change.UPDATED : Change.CREATED);
    }

    /** The object of that name among those that belong to what is reconciled, as the informers know it. */
    static <R extends HasMetadata> Optional<R> actual(Class<R> type, String name, Context<?> context) {
        return context.getSecondaryResourcesAsStream(type)
                .filter(object -> object.getMetadata().getName().equals(name))
                .findFirst();
    }

    private static <R extends HasMetadata> boolean matches(R actual, R desired, Context<?> context) {
        return SSABasedGenericKubernetesResourceMatcher.<R>getInstance().matches(actual, desired, context);
    }
}

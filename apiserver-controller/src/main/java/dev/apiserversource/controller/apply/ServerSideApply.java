package dev.apiserversource.controller.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.SSABasedGenericKubernetesResourceMatcher;

import java.util.Objects;
import java.util.Optional;

/**
 * Makes owned objects as desired by
 * <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">server-side apply</a>. Only fields that
 * this field manager owns are compared and written, so fields set by others stay.
 */
public final class ServerSideApply {

    private static final String STATUS = "status";
    private static final int BAD_REQUEST = 400;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int INTERNAL_SERVER_ERROR = 500;

    private ServerSideApply() {}

    /** What was done to an object. */
    public enum Change {
        /** It was as desired already; nothing was written. */
        NONE,
        /** It did not exist. */
        CREATED,
        /** It was different. */
        UPDATED
    }

    /**
     * An object after it was applied.
     *
     * @param object the object as the API server has it
     * @param change what was done
     */
    public record Result<R extends HasMetadata>(R object, Change change) {}

    /**
     * A desired object and the actual one. A comparison serializes both, so it is made once for each reconciliation.
     *
     * @param actual the object in the cache; empty while it does not exist
     * @param isAsDesired whether {@code actual} has all of {@code desired}, and this field manager owns no other field
     */
    public record Comparison<R extends HasMetadata>(R desired, Optional<R> actual, boolean isAsDesired) {

        /**
         * Applies {@code desired} unless the object is as desired.
         *
         * @throws KubernetesClientException when the API server refuses or fails
         */
        public Result<R> apply(Context<?> context) {
            if (isAsDesired && actual.isPresent()) {
                return new Result<>(actual.get(), Change.NONE);
            }
            if (actual.filter(ServerSideApply::isSetByKnative).isPresent()) {
                ManagedFieldsUpgrade.write(actual.get(), "", manager(context), context.getClient());
            }
            R applied = context.resourceOperations().serverSideApply(desired);
            return new Result<>(applied, change(applied));
        }

        /** An apply that changes nothing leaves the resourceVersion: a default inside of what is one value to it. */
        private Change change(R applied) {
            if (actual.isEmpty()) {
                return Change.CREATED;
            }
            String version = actual.get().getMetadata().getResourceVersion();
            return applied.getMetadata().getResourceVersion().equals(version) ? Change.NONE : Change.UPDATED;
        }
    }

    /** Compares {@code desired} with the object in the cache. */
    @SuppressWarnings("unchecked") // the class of an R is a class of R
    public static <R extends HasMetadata> Comparison<R> compare(R desired, Context<?> context) {
        Class<R> type = (Class<R>) desired.getClass();
        Optional<R> actual = find(type, desired.getMetadata().getName(), context);
        boolean isAsDesired = actual.filter(object -> !isSetByKnative(object))
                .filter(object -> matches(object, desired, context))
                .isPresent();
        return new Comparison<>(desired, actual, isAsDesired);
    }

    /**
     * Applies {@code desired} unless the object is as desired.
     *
     * @throws KubernetesClientException when the API server refuses or fails
     */
    public static <R extends HasMetadata> Result<R> apply(R desired, Context<?> context) {
        return compare(desired, context).apply(context);
    }

    /**
     * Writes {@code status} unless the reconciled object has it already.
     *
     * @param empty receives name, namespace and status, and nothing else, so that no other field is claimed
     * @throws KubernetesClientException when the API server refuses or fails
     */
    public static <S, P extends CustomResource<?, S>> UpdateControl<P> writeStatus(
            P empty, S status, P reconciled, Context<P> context) {
        if (Objects.equals(status, reconciled.getStatus())) {
            return UpdateControl.noUpdate();
        }
        empty.setMetadata(new ObjectMetaBuilder()
                .withName(reconciled.getMetadata().getName())
                .withNamespace(reconciled.getMetadata().getNamespace())
                .build());
        empty.setStatus(status);
        return applyStatus(empty, reconciled, context);
    }

    /**
     * Writes the status of the reconciled object. Requeues the object at once if its spec was edited since it was read:
     * java-operator-sdk drops the event of an edit that arrives during a write of its own
     * (<a href="https://github.com/operator-framework/java-operator-sdk/issues/3398">issue 3398</a>).
     *
     * @param patch name, namespace and status, so that no other field is claimed
     * @throws KubernetesClientException when the API server refuses or fails
     */
    public static <P extends HasMetadata> UpdateControl<P> applyStatus(P patch, P reconciled, Context<P> context) {
        if (ManagedFieldsUpgrade.isNeeded(reconciled, STATUS)) {
            ManagedFieldsUpgrade.write(reconciled, STATUS, manager(context), context.getClient());
        }
        P written = context.resourceOperations().serverSideApplyPrimaryStatus(patch);
        UpdateControl<P> control = UpdateControl.noUpdate();
        Long generation = reconciled.getMetadata().getGeneration();
        if (!Objects.equals(generation, written.getMetadata().getGeneration())) {
            control.rescheduleAfter(0);
        }
        return control;
    }

    /**
     * Changes a few fields of an object by a JSON merge patch. The next {@link #apply} sets them as desired again.
     *
     * @throws KubernetesClientException when the API server refuses or fails
     */
    public static void patch(HasMetadata object, String mergePatch, Context<?> context) {
        PatchContext patch = new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withFieldManager(manager(context))
                .build();
        context.getClient().resource(object).patch(patch, mergePatch);
    }

    /** The object of that name among those that the reconciled object owns, from the informer's cache. */
    public static <R extends HasMetadata> Optional<R> find(Class<R> type, String name, Context<?> context) {
        return context.getSecondaryResourcesAsStream(type)
                .filter(object -> object.getMetadata().getName().equals(name))
                .findFirst();
    }

    /** Whether Knative's controller has set fields of the object, which an apply makes those of this controller. */
    public static boolean isSetByKnative(HasMetadata object) {
        return ManagedFieldsUpgrade.isNeeded(object, "");
    }

    private static String manager(Context<?> context) {
        return context.getControllerConfiguration().fieldManager();
    }

    private static <R extends HasMetadata> boolean matches(R actual, R desired, Context<?> context) {
        return SSABasedGenericKubernetesResourceMatcher.<R>getInstance().matches(actual, desired, context);
    }

    /**
     * Whether the API server refused the object itself, as a quota or an admission policy does. A retry will not help.
     */
    public static boolean isRefusal(KubernetesClientException e) {
        int code = e.getCode();
        return code >= BAD_REQUEST && code < INTERNAL_SERVER_ERROR && code != CONFLICT && code != TOO_MANY_REQUESTS;
    }
}

package dev.apiserversource.controller.status;

import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.Condition;
import dev.apiserversource.controller.api.SourceResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * Reports what keeps a source from being reconciled at all: a spec that cannot be read, or a failure. All other parts
 * of the status stay, because the adapter stays as it is.
 */
public final class FailureReporter {

    /** The reason of Ready while the spec cannot be reconciled. */
    public static final String INVALID_SPEC = "InvalidSpec";

    /** The reason of Ready while reconciliations fail. */
    public static final String RECONCILE_FAILED = "ReconcileFailed";

    private final EventRecorder events;
    private final Clock clock;

    /** Records Event objects by {@code events}; {@code clock} gives transition times. */
    public FailureReporter(EventRecorder events, Clock clock) {
        this.events = events;
        this.clock = clock;
    }

    /**
     * The status of a source whose spec must be corrected: Ready is False.
     *
     * @param problem the field and what is wrong with it
     */
    public ApiServerSourceStatus invalidSpec(SourceResource<?> source, String problem) {
        return report(source, ConditionValue.ofFalse(INVALID_SPEC, problem + "; correct it"));
    }

    /** The status of a source whose reconciliation fails: Ready is Unknown. The reconciliation is retried. */
    public ApiServerSourceStatus reconcileFailed(SourceResource<?> source, Throwable failure) {
        return report(source, ConditionValue.ofUnknown(RECONCILE_FAILED, message(unwrapped(failure))));
    }

    /**
     * Handles a failed reconciliation. Writes a status from the second failure on: the first one is retried after a
     * second, so READY does not flap.
     */
    public <P extends SourceResource<?>> ErrorStatusUpdateControl<P> handle(
            P source, Context<P> context, Exception failure, Consumer<ApiServerSourceStatus> writeStatus) {
        if (context.getRetryInfo().map(RetryInfo::getAttemptCount).orElse(0) > 0) {
            try {
                writeStatus.accept(reconcileFailed(source, failure));
            } catch (KubernetesClientException e) {
                failure.addSuppressed(e);
            }
        }
        return ErrorStatusUpdateControl.defaultErrorProcessing();
    }

    private ApiServerSourceStatus report(SourceResource<?> source, ConditionValue ready) {
        events.warningOnce(source, ready.reason(), ready.message());
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        ApiServerSourceStatus previous = source.getStatus();
        return ApiServerSourceStatus.withConditions(
                previous, source.getMetadata().getGeneration(), Conditions.withReady(conditions(previous), ready, now));
    }

    private static List<Condition> conditions(@Nullable ApiServerSourceStatus status) {
        return status == null ? List.of() : status.conditions();
    }

    /** The failure itself, without the wrappers of futures. */
    public static Throwable unwrapped(Throwable failure) {
        boolean wrapper = failure instanceof CompletionException || failure instanceof ExecutionException;
        return wrapper && failure.getCause() != null ? unwrapped(failure.getCause()) : failure;
    }

    private static String message(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}

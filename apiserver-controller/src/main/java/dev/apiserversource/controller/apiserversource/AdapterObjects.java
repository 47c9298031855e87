package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.apiserversource.Applied.Change;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;

import java.util.Optional;

/** Makes what a source needs in the cluster: the Deployment, and before it the rights and objects for what the adapter writes. */
final class AdapterObjects {

    /** The reason when the API server does not take what the source needs. */
    static final String REFUSED = "Refused";

    private static final int FIRST_CLIENT_ERROR = 400;
    private static final int FIRST_SERVER_ERROR = 500;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY_REQUESTS = 429;

    private final AdapterTemplate template;
    private final CheckpointObjects checkpoint;
    private final SourceEvents events;

    AdapterObjects(AdapterTemplate template, CheckpointObjects checkpoint, SourceEvents events) {
        this.template = template;
        this.checkpoint = checkpoint;
        this.events = events;
    }

    /** Makes them as the plan wants them, and judges the Deployment. */
    Judgement make(AdapterPlan plan, Context<?> context) {
        Source source = plan.source();
        try {
            checkpoint.ensure(source, actual(source, context).isPresent());
            Applied.of(AdapterAccess.role(source), context);
            Applied.of(AdapterAccess.binding(source), context);
            Applied<Deployment> deployment = Applied.of(AdapterDeployment.desired(plan, template), context);
            tell(source, deployment);
            return Availability.of(deployment.object());
        } catch (KubernetesClientException e) {
            return refusal(e);
        }
    }

    /** Judges the Deployment as it is. */
    Judgement leave(Source source, Context<?> context) {
        return actual(source, context)
                .map(Availability::of)
                .orElseGet(() -> Judgement.unknown(
                        "NotCreated", "the Deployment is made when the sink is known and the rights are there"));
    }

    private static Optional<Deployment> actual(Source source, Context<?> context) {
        return Applied.actual(Deployment.class, source.childName(), context);
    }

    private void tell(Source source, Applied<Deployment> deployment) {
        String name = deployment.object().getMetadata().getName();
        if (deployment.change() == Change.CREATED) {
            events.normal(source, "ApiServerSourceDeploymentCreated", "Deployment \"" + name + "\" created");
        } else if (deployment.change() == Change.UPDATED) {
            events.normal(source, "ApiServerSourceDeploymentUpdated", "Deployment \"" + name + "\" updated");
        }
    }

    /** What the API server will refuse again is said in the status; anything else is tried again at once. */
    private static Judgement refusal(KubernetesClientException e) {
        int code = e.getCode();
        boolean lasting = code >= FIRST_CLIENT_ERROR
                && code < FIRST_SERVER_ERROR
                && code != CONFLICT
                && code != TOO_MANY_REQUESTS;
        if (!lasting) {
            throw e;
        }
        String message = e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
        return Judgement.bad(REFUSED, "the API server refuses what the adapter needs: " + message);
    }
}

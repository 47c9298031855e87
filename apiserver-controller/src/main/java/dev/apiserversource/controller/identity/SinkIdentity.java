package dev.apiserversource.controller.identity;

import dev.apiserversource.controller.apply.ChildMetadata;
import dev.apiserversource.controller.status.ConditionValue;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

import java.net.HttpURLConnection;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The ServiceAccount whose tokens a source sends to a sink with an audience. Name and labels are those of <a
 * href="https://knative.dev/docs/eventing/features/sender-identity/">Knative</a>. It has no permissions. It is deleted
 * with its source, not earlier: an adapter that is being replaced may still need it.
 */
public final class SinkIdentity {

    private static final Map<String, String> LABELS = Map.of("eventing.knative.dev/oidc", "enabled");
    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient client;

    /** Reads and creates with {@code client}. */
    public SinkIdentity(KubernetesClient client) {
        this.client = client;
    }

    /**
     * The name of the ServiceAccount of {@code source}. That of a ContainerSource is the name that the SinkBinding has
     * which Knative makes for it, so that a sink that admits it does so still.
     */
    public static String name(HasMetadata source) {
        boolean container = source.getKind().equals("ContainerSource");
        String name = source.getMetadata().getName();
        String group = source.getApiVersion().replaceFirst("/.*", "");
        String suffix = "-oidc-" + group + "-" + (container ? "SinkBinding" : source.getKind());
        return ChildMetadata.name(container ? ChildMetadata.name(name, "-sinkbinding") : name, suffix)
                .toLowerCase(Locale.ROOT);
    }

    static ServiceAccount desired(HasMetadata source) {
        ServiceAccount account = new ServiceAccountBuilder()
                .withMetadata(ChildMetadata.of(source, name(source), LABELS))
                .build();
        account.getMetadata()
                .setAnnotations(Map.of(
                        "description",
                        "Service Account for OIDC Authentication for " + source.getKind() + " \""
                                + source.getMetadata().getName() + "\""));
        return account;
    }

    /**
     * Creates the ServiceAccount unless it exists. One that the source does not own is not used: the source must not
     * act as someone else.
     *
     * @return the condition OIDCIdentityCreated
     * @throws KubernetesClientException when the API server fails
     */
    public ConditionValue ensure(HasMetadata source) {
        ServiceAccount desired = desired(source);
        ServiceAccount existing = client.resource(desired).get();
        try {
            return judge(source, existing == null ? client.resource(desired).create() : existing);
        } catch (KubernetesClientException e) {
            return refused(e, "the ServiceAccount " + name(source));
        }
    }

    /** The condition False with what the API server says; rethrows {@code e} when it is no refusal. */
    static ConditionValue refused(KubernetesClientException e, String what) {
        if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN && e.getCode() != UNPROCESSABLE) {
            throw e;
        }
        return ConditionValue.ofFalse(
                "Refused",
                "the API server refuses " + what + ": "
                        + (e.getStatus() == null
                                ? e.getMessage()
                                : e.getStatus().getMessage()));
    }

    private static ConditionValue judge(HasMetadata source, ServiceAccount account) {
        boolean owned = account.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> Boolean.TRUE.equals(owner.getController())
                        && Objects.equals(owner.getUid(), source.getMetadata().getUid()));
        return owned
                ? ConditionValue.TRUE
                : ConditionValue.ofFalse(
                        "NotOwned",
                        "the ServiceAccount " + name(source) + " exists and is not owned by this source: delete it, or"
                                + " name the source differently");
    }
}

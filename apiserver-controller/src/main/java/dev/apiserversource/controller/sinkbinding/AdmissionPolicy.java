package dev.apiserversource.controller.sinkbinding;

import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.status.ConditionValue;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/**
 * The MutatingAdmissionPolicy in {@code deploy/sinkbinding}, by which the API server sets the sink in new workloads.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/">Mutating admission
 *     policy</a>
 */
final class AdmissionPolicy {

    private static final String API_VERSION = "admissionregistration.k8s.io/v1";
    private static final String KIND = "MutatingAdmissionPolicyBinding";
    private static final String NAME = "sinkbindings.sources.knative.dev";
    private static final String REMEDY =
            "on Kubernetes 1.36 or newer, kubectl apply -k apiserver-controller/deploy/sinkbinding";

    private final KubernetesClient client;
    private final Discovery discovery;

    AdmissionPolicy(KubernetesClient client, Discovery discovery) {
        this.client = client;
        this.discovery = discovery;
    }

    /** Whether the API server serves the kind and the policy is installed. */
    boolean isInstalled() {
        return discovery
                .find(API_VERSION, KIND)
                .map(AdmissionPolicy::context)
                .filter(policies -> client.genericKubernetesResources(policies)
                                .withName(NAME)
                                .get()
                        != null)
                .isPresent();
    }

    private static ResourceDefinitionContext context(ApiResource resource) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(resource.group())
                .withVersion(resource.version())
                .withPlural(resource.plural())
                .withKind(resource.kind())
                .withNamespaced(false)
                .build();
    }

    /** The condition SinkBindingAvailable without the policy. */
    static ConditionValue missing(ApiResource subject) {
        return Subjects.isJob(subject)
                ? ConditionValue.ofFalse(
                        "AdmissionPolicyMissing", "Jobs get the sink when they are created, by a policy: " + REMEDY)
                : ConditionValue.ofTrue(
                        "AdmissionPolicyMissing", "new workloads get the sink half a minute late; better: " + REMEDY);
    }
}

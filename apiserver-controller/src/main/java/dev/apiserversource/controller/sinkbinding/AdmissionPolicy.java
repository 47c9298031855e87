package dev.apiserversource.controller.sinkbinding;

import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.status.ConditionValue;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The MutatingAdmissionPolicy in {@code deploy/sinkbinding}, by which the API server sets the sink in new workloads.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/">Mutating admission
 *     policy</a>
 */
final class AdmissionPolicy {

    private static final String API_VERSION = "admissionregistration.k8s.io/v1";
    private static final String POLICY = "MutatingAdmissionPolicy";
    private static final String BINDING = "MutatingAdmissionPolicyBinding";
    private static final String NAME = "sinkbindings.sources.knative.dev";
    private static final String REMEDY =
            "on Kubernetes 1.36 or newer, kubectl apply -k apiserver-controller/deploy/sinkbinding";

    /** All SinkBindings are reconciled at the start of the controller, and ask for the same. */
    private static final Duration KEPT = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final Discovery discovery;
    private final Clock clock;
    private Optional<GenericKubernetesResource> policy = Optional.empty();
    private Instant expires = Instant.MIN;

    AdmissionPolicy(KubernetesClient client, Discovery discovery, Clock clock) {
        this.client = client;
        this.discovery = discovery;
        this.clock = clock;
    }

    /** The condition SinkBindingAvailable by what the policy does for new workloads of that kind. */
    ConditionValue available(ApiResource workloads) {
        return installed()
                .map(installed -> hasRuleFor(workloads, installed) ? ConditionValue.TRUE : withoutRule(workloads))
                .orElseGet(() -> missing(workloads));
    }

    /** The policy, if it is in force. */
    private synchronized Optional<GenericKubernetesResource> installed() {
        Instant now = clock.instant();
        if (!now.isBefore(expires)) {
            policy = find(BINDING).flatMap(binding -> find(POLICY));
            expires = now.plus(KEPT);
        }
        return policy;
    }

    private Optional<GenericKubernetesResource> find(String kind) {
        return discovery
                .find(API_VERSION, kind)
                .map(AdmissionPolicy::context)
                .map(resources -> client.genericKubernetesResources(resources)
                        .withName(NAME)
                        .get());
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

    /** Users may add rules for custom kinds. */
    private static boolean hasRuleFor(ApiResource workloads, GenericKubernetesResource policy) {
        return policy.get("spec", "matchConstraints", "resourceRules") instanceof List<?> rules
                && rules.stream()
                        .anyMatch(rule -> names(rule, "apiGroups", workloads.group())
                                && names(rule, "resources", workloads.plural())
                                && names(rule, "operations", "CREATE"));
    }

    private static boolean names(@Nullable Object rule, String field, String value) {
        return rule instanceof Map<?, ?> fields
                && fields.get(field) instanceof List<?> values
                && (values.contains(value) || values.contains("*"));
    }

    private static ConditionValue withoutRule(ApiResource workloads) {
        return ConditionValue.ofTrue(
                "KindNotInPolicy",
                "new workloads get the sink half a minute late, because the MutatingAdmissionPolicy " + NAME
                        + " has no rule for " + workloads.qualifiedName() + ": add one");
    }

    private static ConditionValue missing(ApiResource workloads) {
        return Subjects.isJob(workloads)
                ? ConditionValue.ofFalse(
                        "AdmissionPolicyMissing", "Jobs get the sink when they are created, by a policy: " + REMEDY)
                : ConditionValue.ofTrue(
                        "AdmissionPolicyMissing", "new workloads get the sink half a minute late; better: " + REMEDY);
    }
}

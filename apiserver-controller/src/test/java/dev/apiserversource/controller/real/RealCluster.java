package dev.apiserversource.controller.real;

import dev.apiserversource.controller.Repository;
import dev.apiserversource.loadtests.cluster.ApiServerOption;
import dev.apiserversource.loadtests.cluster.AuditLog.Request;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneExtension;
import dev.apiserversource.loadtests.cluster.TestServiceAccount;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionSpec;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A real API server with all that ships applied to it, shared by all test classes of a run. */
public final class RealCluster implements BeforeAllCallback, ParameterResolver {

    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    @Override
    public void beforeAll(ExtensionContext context) {
        shared(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Installed.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return shared(context);
    }

    private static Installed shared(ExtensionContext context) {
        ControlPlane plane =
                ControlPlaneExtension.shared(context, ApiServerOption.AUDIT_LOG, ApiServerOption.UNLIMITED_REQUESTS);
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(RealCluster.class))
                .getOrComputeIfAbsent(Installed.class, key -> Installed.on(plane), Installed.class);
    }

    /** Waits up to three minutes for a condition that no watch reports. */
    static void await(String what, Callable<Boolean> condition) {
        await(what, TIMEOUT, condition);
    }

    static void await(String what, Duration limit, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(limit)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL_INTERVAL)
                .until(condition);
    }

    /** Deletes one by one. The API server needs longer for a collection of 1,000 than a client waits for an answer. */
    static void deleteAll(FilterWatchListDeletable<?, ?, ? extends Resource<?>> objects) {
        objects.resources().parallel().forEach(Resource::delete);
    }

    /** The running API server with everything installed. */
    record Installed(ControlPlane plane) {

        private static final String NAMESPACE = "apiserversource-system";
        private static final String CONTROLLER = "apiserversource-controller";
        private static final Set<String> READS = Set.of("get", "list", "watch");

        static Installed on(ControlPlane plane) {
            Installed installed = new Installed(plane);
            installed.apply(Repository.DEPLOY.resolve("namespace.yaml"));
            installed.apply(Repository.DEPLOY.resolve("crd-apiserversource.yaml"));
            installed.apply(Repository.DEPLOY.resolve("crd-containersource.yaml"));
            installed.apply(Repository.DEPLOY.resolve("crd-pingsource.yaml"));
            installed.apply(Repository.DEPLOY.resolve("crd-sinkbinding.yaml"));
            if (installed.admin().supports("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy")) {
                installed.apply(Repository.DEPLOY.resolve("sinkbinding/policy.yaml"));
            }
            installed.apply(Repository.DEPLOY.resolve("legacy/crd-apiserversource.yaml"));
            installed.apply(Repository.RBAC.resolve("controller.yaml"));
            installed.apply(Repository.RBAC.resolve("pingsource-adapter.yaml"));
            installed.apply(Repository.RBAC.resolve("events-sa.yaml"));
            installed.aggregate();
            installed.established("apiserversources.sources.knative.dev");
            installed.established("containersources.sources.knative.dev");
            installed.established("pingsources.sources.knative.dev");
            installed.established("sinkbindings.sources.knative.dev");
            installed.established("apiserversources.sources.eventing.knative.dev");
            return installed;
        }

        /** The administrator's client. */
        KubernetesClient admin() {
            return plane.client();
        }

        /** The ServiceAccount of the controller, with the permissions that ship. */
        TestServiceAccount controller() {
            return plane.serviceAccount(NAMESPACE, CONTROLLER);
        }

        /** The controller's requests about resources, in order. */
        List<Request> requests() {
            return plane.auditLog().requestsOf(controller().user());
        }

        /** The controller's writing requests, without access reviews and the Lease of leader election. */
        List<Request> writesSince(Instant since) {
            return plane.auditLog().requestsOf(controller().user(), since).stream()
                    .filter(request -> !READS.contains(request.verb()))
                    .filter(request -> !request.resource().endsWith("reviews"))
                    .filter(request -> !(request.resource().equals("leases")
                            && request.name().equals(CONTROLLER)))
                    .toList();
        }

        void apply(Path file) {
            Repository.documents(file).forEach(this::apply);
        }

        void apply(String yaml) {
            HasMetadata object = Serialization.unmarshal(yaml, GenericKubernetesResource.class);
            admin().resource(object).forceConflicts().serverSideApply();
        }

        /** Waits until objects of this kind can be listed, which is later than the condition Established. */
        void established(String crd) {
            CustomResourceDefinition definition = admin().apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(crd)
                    .waitUntilCondition(
                            installed -> installed != null
                                    && installed.getStatus() != null
                                    && installed.getStatus().getConditions() != null
                                    && installed.getStatus().getConditions().stream()
                                            .anyMatch(condition -> condition
                                                            .getType()
                                                            .equals("Established")
                                                    && condition.getStatus().equals("True")),
                            30,
                            TimeUnit.SECONDS);
            CustomResourceDefinitionSpec spec = definition.getSpec();
            spec.getVersions().stream()
                    .filter(CustomResourceDefinitionVersion::getServed)
                    .map(version -> "/apis/" + spec.getGroup() + "/" + version.getName() + "/"
                            + spec.getNames().getPlural() + "?resourceVersion=0")
                    .forEach(uri -> await(uri + " to be served", () -> serves(uri)));
        }

        private boolean serves(String uri) {
            try {
                return admin().raw(uri) != null;
            } catch (KubernetesClientException storageIsInitialized) {
                return false;
            }
        }

        /** What the cluster's own controller does: fills the aggregated role. */
        void aggregate() {
            aggregate("duck.knative.dev/addressable", "apiserversource-controller-sinks");
            aggregate("duck.knative.dev/podspecable", "apiserversource-controller-subjects");
        }

        private void aggregate(String label, String aggregated) {
            List<PolicyRule> rules = admin().rbac().clusterRoles().withLabel(label, "true").list().getItems().stream()
                    .flatMap(role -> role.getRules().stream())
                    .toList();
            admin().rbac().clusterRoles().withName(aggregated).edit(role -> {
                ClusterRole filled = role;
                filled.setRules(rules);
                return filled;
            });
        }
    }
}

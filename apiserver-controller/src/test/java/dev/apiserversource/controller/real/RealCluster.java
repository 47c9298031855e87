package dev.apiserversource.controller.real;

import dev.apiserversource.controller.Repository;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real API server with all that ships applied to it, shared by all test classes of a run. */
public final class RealCluster implements BeforeAllCallback, ParameterResolver {

    static final String DIRECTORY = "KUBE_API_TEST_DIR";
    static final String SKIPPED = "needs KUBE_API_TEST_DIR, a folder with k8s/<version>/{etcd,kube-apiserver}";

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
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(RealCluster.class))
                .getOrComputeIfAbsent(Installed.class, key -> Installed.start(), Installed.class);
    }

    /** The running API server with everything installed. */
    record Installed(RealApiServer server, KubernetesClient admin) implements AutoCloseable {

        static Installed start() {
            RealApiServer server = RealApiServer.start(Path.of(System.getenv(DIRECTORY)));
            Installed installed = new Installed(server, server.client(RealApiServer.ADMIN));
            installed.apply(Repository.DEPLOY.resolve("namespace.yaml"));
            installed.apply(Repository.DEPLOY.resolve("crd-apiserversource.yaml"));
            installed.apply(Repository.DEPLOY.resolve("legacy/crd-apiserversource.yaml"));
            installed.apply(Repository.RBAC.resolve("controller.yaml"));
            installed.apply(Repository.RBAC.resolve("events-sa.yaml"));
            installed.aggregate();
            installed.established("apiserversources.sources.knative.dev");
            installed.established("apiserversources.sources.eventing.knative.dev");
            return installed;
        }

        void apply(Path file) {
            Repository.documents(file).forEach(this::apply);
        }

        void apply(String yaml) {
            HasMetadata object = Serialization.unmarshal(yaml, GenericKubernetesResource.class);
            admin.resource(object).forceConflicts().serverSideApply();
        }

        void established(String crd) {
            admin.apiextensions()
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
        }

        /** What the cluster's own controller does: fills the aggregated role. */
        void aggregate() {
            List<PolicyRule> rules =
                    admin
                            .rbac()
                            .clusterRoles()
                            .withLabel("duck.knative.dev/addressable", "true")
                            .list()
                            .getItems()
                            .stream()
                            .flatMap(role -> role.getRules().stream())
                            .toList();
            admin.rbac()
                    .clusterRoles()
                    .withName("apiserversource-controller-sinks")
                    .edit(role -> {
                        ClusterRole filled = role;
                        filled.setRules(rules);
                        return filled;
                    });
        }

        @Override
        public void close() {
            admin.close();
            server.close();
        }
    }
}

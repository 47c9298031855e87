package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The desired Deployment of a source: a pure function of the plan and the template. */
final class AdapterDeployment {

    private static final String PROBES = "probes";
    private static final int PROBES_PORT = 8080;
    private static final int METRICS_PORT = 9092;
    /** Short, so that a source becomes READY soon after its adapter. */
    private static final int READINESS_SECONDS = 2;

    /** Ten minutes in all. With the CPU that the pod requests by default, the port opens after 93 s. */
    private static final int STARTUP_SECONDS = 2;

    private static final int STARTUP_ATTEMPTS = 300;
    private static final int LIVENESS_SECONDS = 10;
    private static final String ISTIO = "sidecar.istio.io/inject";

    private AdapterDeployment() {}

    static Deployment desired(AdapterPlan plan, AdapterTemplate template) {
        ApiServerSource source = plan.source();
        return new DeploymentBuilder()
                .withMetadata(AdapterMetadata.of(source))
                .withNewSpec()
                .withReplicas(plan.replicas())
                .withNewSelector()
                .withMatchLabels(AdapterMetadata.labels(source))
                .endSelector()
                .withTemplate(PodTemplateAnnotation.of(source).addTo(podTemplate(plan, template)))
                .editTemplate()
                .editMetadata()
                // A template must not change the labels that select the pods.
                .addToLabels(AdapterMetadata.labels(source))
                .endMetadata()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static PodTemplateSpec podTemplate(AdapterPlan plan, AdapterTemplate template) {
        Map<String, String> labels = new TreeMap<>(AdapterMetadata.labels(plan.source()));
        labels.put(ISTIO, "true");
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .addToAnnotations(ISTIO, "true")
                .withLabels(labels)
                .endMetadata()
                .withSpec(pod(plan, template))
                .build();
    }

    private static PodSpec pod(AdapterPlan plan, AdapterTemplate template) {
        return new PodSpecBuilder()
                .withServiceAccountName(plan.source().getSpec().serviceAccountName())
                .withEnableServiceLinks(false)
                .withNodeSelector(template.nodeSelector().isEmpty() ? null : template.nodeSelector())
                .withTolerations(template.tolerations())
                .withTopologySpreadConstraints(spread(plan.source()))
                .withContainers(container(plan, template))
                .build();
    }

    /** Prefers a node of its own for each standby. */
    private static List<TopologySpreadConstraint> spread(ApiServerSource source) {
        return source.getSpec().replicas() < 2
                ? List.of()
                : List.of(new TopologySpreadConstraintBuilder()
                        .withMaxSkew(1)
                        .withTopologyKey("kubernetes.io/hostname")
                        .withWhenUnsatisfiable("ScheduleAnyway")
                        .withNewLabelSelector()
                        .withMatchLabels(AdapterMetadata.labels(source))
                        .endLabelSelector()
                        .build());
    }

    private static Container container(AdapterPlan plan, AdapterTemplate template) {
        return new ContainerBuilder()
                .withName(AdapterMetadata.CONTAINER)
                .withImage(template.image())
                .withEnv(AdapterEnvironment.of(plan, template))
                .withPorts(port(PROBES, PROBES_PORT), port("metrics", METRICS_PORT))
                .withStartupProbe(startup())
                .withReadinessProbe(probe("/readiness", READINESS_SECONDS))
                .withLivenessProbe(probe("/health", LIVENESS_SECONDS))
                .withResources(template.resources())
                .withSecurityContext(restricted())
                .build();
    }

    private static ContainerPort port(String name, int number) {
        return new ContainerPortBuilder()
                .withName(name)
                .withContainerPort(number)
                .withProtocol("TCP")
                .build();
    }

    /** The other probes begin once this one has succeeded, so that a slow start is not taken for a hang. */
    private static Probe startup() {
        Probe probe = probe("/health", STARTUP_SECONDS);
        probe.setFailureThreshold(STARTUP_ATTEMPTS);
        return probe;
    }

    private static Probe probe(String path, int everySeconds) {
        return new ProbeBuilder()
                .withPeriodSeconds(everySeconds)
                .withNewHttpGet()
                .withPath(path)
                .withNewPort(PROBES)
                .endHttpGet()
                .build();
    }

    private static SecurityContext restricted() {
        return new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withRunAsNonRoot(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .build();
    }
}

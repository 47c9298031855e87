package dev.apiserversource.controller.pingsource;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The desired Deployment of the adapter of all PingSources: a pure function of template and use. */
final class PingAdapterDeployment {

    /** Of the Deployment, its ServiceAccount, its Lease and its checkpoint. */
    static final String NAME = "pingsource-mt-adapter";

    /** Knative's labels. */
    static final Map<String, String> LABELS = new TreeMap<>(
            Map.of("eventing.knative.dev/source", "ping-source-controller", "sources.knative.dev/role", "adapter"));

    static final String LABEL_SELECTOR =
            "eventing.knative.dev/source=ping-source-controller,sources.knative.dev/role=adapter";

    /** Measured with 10,000 sources. Without memory the process exits. */
    private static final String JAVA_OPTIONS = "-Xmx160m -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError";

    private static final String PROBES = "probes";
    private static final int PROBES_PORT = 8080;
    private static final int METRICS_PORT = 9092;
    private static final int READINESS_SECONDS = 2;
    private static final int STARTUP_SECONDS = 2;
    private static final int STARTUP_ATTEMPTS = 300;
    private static final int LIVENESS_SECONDS = 10;

    private PingAdapterDeployment() {}

    /** Without a source, the adapter is scaled to zero. */
    static Deployment desired(PingAdapterTemplate template, boolean anySource) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(NAME)
                .withNamespace(template.namespace())
                .withLabels(LABELS)
                .addToLabels("bindings.knative.dev/exclude", "true")
                .endMetadata()
                .withNewSpec()
                .withReplicas(anySource ? template.replicas() : 0)
                .withNewSelector()
                .withMatchLabels(LABELS)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(LABELS)
                .endMetadata()
                .withSpec(pod(template))
                .endTemplate()
                .endSpec()
                .build();
    }

    private static PodSpec pod(PingAdapterTemplate template) {
        return new PodSpecBuilder()
                .withServiceAccountName(NAME)
                .withEnableServiceLinks(false)
                .withNodeSelector(template.nodeSelector().isEmpty() ? null : template.nodeSelector())
                .withTolerations(template.tolerations())
                .addNewTopologySpreadConstraint()
                .withMaxSkew(1)
                .withTopologyKey("kubernetes.io/hostname")
                .withWhenUnsatisfiable("ScheduleAnyway")
                .withNewLabelSelector()
                .withMatchLabels(LABELS)
                .endLabelSelector()
                .endTopologySpreadConstraint()
                .withContainers(container(template))
                .build();
    }

    private static Container container(PingAdapterTemplate template) {
        return new ContainerBuilder()
                .withName("dispatcher")
                .withImage(template.image())
                .withEnv(environment())
                .addNewPort()
                .withName(PROBES)
                .withContainerPort(PROBES_PORT)
                .withProtocol("TCP")
                .endPort()
                .addNewPort()
                .withName("metrics")
                .withContainerPort(METRICS_PORT)
                .withProtocol("TCP")
                .endPort()
                .withStartupProbe(startup())
                .withReadinessProbe(probe("/readiness", READINESS_SECONDS))
                .withLivenessProbe(probe("/health", LIVENESS_SECONDS))
                .withResources(resources())
                .withSecurityContext(restricted())
                .build();
    }

    private static List<EnvVar> environment() {
        return List.of(
                variable("NAME", NAME),
                fromPod("NAMESPACE", "metadata.namespace"),
                fromPod("POD_NAME", "metadata.name"),
                variable("LEASE_NAME", NAME),
                variable("CHECKPOINT_NAME", NAME),
                variable("JAVA_TOOL_OPTIONS", JAVA_OPTIONS));
    }

    private static EnvVar variable(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }

    /** With the version that the API server sets by default: the whole reference is compared as one value. */
    private static EnvVar fromPod(String name, String field) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewFieldRef()
                .withApiVersion("v1")
                .withFieldPath(field)
                .endFieldRef()
                .endValueFrom()
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

    private static ResourceRequirements resources() {
        return new ResourceRequirementsBuilder()
                .addToRequests("cpu", new Quantity("50m"))
                .addToRequests("memory", new Quantity("256Mi"))
                .addToLimits("memory", new Quantity("384Mi"))
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

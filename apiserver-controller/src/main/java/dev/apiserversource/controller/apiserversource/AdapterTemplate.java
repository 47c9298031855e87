package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.configmap.KnativeConfigMaps;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Toleration;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Settings that all adapters share, from the controller's configuration and Knative's ConfigMaps.
 *
 * @param image the adapter's image
 * @param systemNamespace the namespace of the controller
 * @param javaOptions options of the adapter's JVM; ignored by adapter images that do not run on a JVM
 * @param resources requests and limits of the container
 * @param nodeSelector labels of the nodes to run on
 * @param tolerations tolerated taints of nodes
 * @param environment further variables
 */
public record AdapterTemplate(
        String image,
        String systemNamespace,
        String javaOptions,
        ResourceRequirements resources,
        Map<String, String> nodeSelector,
        List<Toleration> tolerations,
        Map<String, String> environment) {

    /** The heap holds the index of 100,000 objects and all pending events. Without memory the process exits. */
    public static final String DEFAULT_JAVA_OPTIONS = "-Xms16m -Xmx96m -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError";

    /** This template with what Knative's ConfigMaps set. Their node selector takes precedence. */
    AdapterTemplate with(KnativeConfigMaps configMaps) {
        Map<String, String> nodes = new TreeMap<>(nodeSelector);
        nodes.putAll(configMaps.nodeSelector());
        return new AdapterTemplate(
                image, systemNamespace, javaOptions, resources, nodes, tolerations, configMaps.environment());
    }

    /** Memory for that heap and the JVM's own needs. */
    public static ResourceRequirements defaultResources() {
        return new ResourceRequirementsBuilder()
                .addToRequests("cpu", new Quantity("50m"))
                .addToRequests("memory", new Quantity("128Mi"))
                .addToLimits("memory", new Quantity("256Mi"))
                .build();
    }
}

package dev.apiserversource.controller.apiserversource;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Toleration;

import java.util.List;
import java.util.Map;

/**
 * What all adapters have in common, from the controller's own configuration.
 *
 * @param image the adapter's image
 * @param systemNamespace the namespace of the controller
 * @param javaOptions options of the adapter's JVM; an adapter that is no Java program does not notice
 * @param resources what the container asks for and may use
 * @param nodeSelector labels of the nodes to run on
 * @param tolerations taints of nodes to put up with
 */
public record AdapterTemplate(
        String image,
        String systemNamespace,
        String javaOptions,
        ResourceRequirements resources,
        Map<String, String> nodeSelector,
        List<Toleration> tolerations) {

    /** A heap that holds the index of 100,000 objects and everything in flight, and ends the process rather than limp on without memory. */
    public static final String DEFAULT_JAVA_OPTIONS = "-Xmx96m -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError";

    /** Room for that heap, and for what a JVM needs beside it. */
    public static ResourceRequirements defaultResources() {
        return new ResourceRequirementsBuilder()
                .addToRequests("cpu", new Quantity("50m"))
                .addToRequests("memory", new Quantity("192Mi"))
                .addToLimits("memory", new Quantity("256Mi"))
                .build();
    }
}

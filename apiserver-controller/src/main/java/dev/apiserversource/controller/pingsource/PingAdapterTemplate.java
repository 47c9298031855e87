package dev.apiserversource.controller.pingsource;

import io.fabric8.kubernetes.api.model.Toleration;

import java.util.List;
import java.util.Map;

/**
 * Settings of the adapter of all PingSources, from the controller's configuration.
 *
 * @param image the adapter's image
 * @param namespace of the controller, and of the adapter
 * @param replicas adapters while there are sources, of which one is the leader
 * @param nodeSelector labels of the nodes to run on
 * @param tolerations tolerated taints of nodes
 */
public record PingAdapterTemplate(
        String image, String namespace, int replicas, Map<String, String> nodeSelector, List<Toleration> tolerations) {}

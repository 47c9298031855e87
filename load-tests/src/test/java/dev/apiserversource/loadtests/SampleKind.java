package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterSourceConfig;
import dev.apiserversource.loadtests.cluster.TestServiceAccount;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;

/** Kinds that users watch: of the core group or another, namespaced or cluster-scoped. */
enum SampleKind {
    EVENT("", "v1", "events", "Event", true, """
            involvedObject: {kind: Pod, name: busybox, namespace: %s}
            reason: Started
            message: Started container busybox
            type: Normal
            """),
    CONFIG_MAP("", "v1", "configmaps", "ConfigMap", true, """
            data: {greeting: "Grüße, 世界 🚀", quoted: "a \\"b\\" \\\\ c <d> &amp;"}
            """),
    DEPLOYMENT("apps", "v1", "deployments", "Deployment", true, """
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: web, image: web}]}
            """),
    NETWORK_POLICY("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true, """
            spec: {podSelector: {}, policyTypes: [Ingress]}
            """),
    NODE("", "v1", "nodes", "Node", false, ""),
    NAMESPACE("", "v1", "namespaces", "Namespace", false, "");

    private final String group;
    private final String version;
    private final String plural;
    private final String kind;
    private final boolean namespaced;
    private final String body;

    SampleKind(String group, String version, String plural, String kind, boolean namespaced, String body) {
        this.group = group;
        this.version = version;
        this.plural = plural;
        this.kind = kind;
        this.namespaced = namespaced;
        this.body = body;
    }

    String kind() {
        return kind;
    }

    boolean namespaced() {
        return namespaced;
    }

    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    AdapterSourceConfig addTo(AdapterSourceConfig config) {
        return config.watch(group, version, plural);
    }

    void grantWatch(TestServiceAccount account, String namespace) {
        if (namespaced) {
            account.grantWatchIn(namespace, group, plural);
        } else {
            account.grantWatch(group, plural);
        }
    }

    /** An object of this kind; {@code namespace} is ignored for a cluster-scoped kind. */
    GenericKubernetesResource object(String namespace, String name) {
        String yaml = "apiVersion: " + apiVersion() + "\nkind: " + kind + "\nmetadata:\n  name: " + name + "\n"
                + (namespaced ? "  namespace: " + namespace + "\n" : "")
                + body.replace("%s", namespace);
        return Serialization.unmarshal(yaml, GenericKubernetesResource.class);
    }

    /** The path of the collection in the API. */
    String path(String namespace) {
        return (group.isEmpty() ? "/api/" : "/apis/") + apiVersion() + (namespaced ? "/namespaces/" + namespace : "")
                + "/" + plural;
    }

    /** The {@code subject} of events about an object. */
    String subject(String namespace, String name) {
        return "/apis/" + apiVersion() + "/namespaces/" + (namespaced ? namespace : "") + "/" + plural + "/" + name;
    }
}

package dev.apiserversource.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.store.ObjectStore;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Objects of several kinds and sizes, and their changes: each object is created, updated and in the end deleted. */
final class TrainingObjects {

    /** How the name of an object begins whose event ends a round of changes. */
    static final String MARKER = "marker-";

    /** Objects of each kind that exist at a time. */
    private static final int OBJECTS = 150;

    /** Few enough for the window of an HTTP/2 stream, so that the server always has room for the next. */
    private static final int AT_ONCE = 10;

    private static final String NAMESPACE = "default";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String MANAGED_FIELDS = """
            "managedFields": [{"manager": "kubelet", "operation": "Update", "apiVersion": "v1",
              "fieldsType": "FieldsV1",
              "subresource": "status", "time": "2026-01-01T00:00:00Z", "fieldsV1": {"f:status": {"f:conditions": {
              "k:{\\"type\\":\\"Ready\\"}": {".": {}, "f:lastProbeTime": {}, "f:lastTransitionTime": {}, "f:status": {},
              "f:type": {}}}, "f:containerStatuses": {}, "f:hostIP": {}, "f:phase": {}, "f:podIP": {},
                "f:podIPs": {}}}}]""";

    private static final String POD = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%1$s", "namespace": "default",
              "labels": {"app": "web", "tier": "front", "pod-template-hash": "5d8f9c7b6"},
              "annotations": {"note": "round %2$d: größer, \\"schneller\\", weiter"}, %3$s},
             "spec": {"nodeName": "node-1", "restartPolicy": "Always", "serviceAccountName": "default",
              "containers": [{"name": "web", "image": "registry.example/web:%2$d", "imagePullPolicy": "IfNotPresent",
                "env": [{"name": "ROUND", "value": "%2$d"}, {"name": "POD_IP", "valueFrom": {"fieldRef": {
                "apiVersion": "v1", "fieldPath": "status.podIP"}}}], "ports": [{"containerPort": 8080,
                  "protocol": "TCP"}],
                "resources": {"limits": {"memory": "256Mi"}, "requests": {"cpu": "50m", "memory": "128Mi"}},
                "volumeMounts": [{"mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "name": "token"}]}],
              "tolerations": [{"effect": "NoExecute", "key": "node.kubernetes.io/not-ready", "operator": "Exists",
                "tolerationSeconds": 300}], "volumes": [{"name": "token", "projected": {"defaultMode": 420}}]},
             "status": {"phase": "Running", "podIP": "10.0.0.%4$d", "hostIP": "10.1.0.1", "qosClass": "Burstable",
              "conditions": [{"type": "Ready", "status": "True", "lastProbeTime": null,
                "lastTransitionTime": "2026-01-01T00:00:00Z"}], "startTime": "2026-01-01T00:00:00Z"}}""";

    private static final String CONFIG_MAP = """
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%1$s", "namespace": "default", %3$s},
             "data": {"round": "%2$d", "number": "%4$d"}}""";

    private static final String DEPLOYMENT = """
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "%1$s", "namespace": "default",
              "annotations": {"deployment.kubernetes.io/revision": "%2$d"}, %3$s},
             "spec": {"replicas": %4$d, "selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels":
              {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "registry.example/web:%2$d"}]}}},
             "status": {"observedGeneration": %2$d, "replicas": %4$d, "readyReplicas": %4$d}}""";

    private static final String EVENT = """
            {"apiVersion": "v1", "kind": "Event", "metadata": {"name": "%1$s", "namespace": "default", %3$s},
             "involvedObject": {"apiVersion": "v1", "kind": "Pod", "name": "web-%4$d", "namespace": "default"},
             "reason": "Created", "message": "Created container web in round %2$d", "type": "Normal", "count": %2$d,
             "source": {"component": "kubelet", "host": "node-1"}, "firstTimestamp": "2026-01-01T00:00:00Z"}""";

    private static final String SECRET = """
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "%1$s", "namespace": "default", %3$s},
             "type": "Opaque", "data": {"password": "cm91bmQ=", "user": "YWRtaW4="},
               "stringData": {"round": "%2$d"}}""";

    private static final List<String> KINDS = List.of(POD, CONFIG_MAP, DEPLOYMENT, EVENT, SECRET);

    /** Those resources, as {@code K_SOURCE_CONFIG} names them. */
    static final String RESOURCES = """
            [{"gvr": {"Group": "", "Version": "v1", "Resource": "pods"}},
             {"gvr": {"Group": "", "Version": "v1", "Resource": "configmaps"}},
             {"gvr": {"Group": "apps", "Version": "v1", "Resource": "deployments"}},
             {"gvr": {"Group": "", "Version": "v1", "Resource": "events"}},
             {"gvr": {"Group": "", "Version": "v1", "Resource": "secrets"}}]""";

    private final ObjectStore store;
    private final Set<String> existing = new HashSet<>();
    private int round;

    TrainingObjects(ObjectStore store) {
        this.store = store;
    }

    /** Creates the objects that exist when the adapter starts. */
    void createFirst() {
        changeSome();
    }

    /**
     * Creates the next objects of each kind, or updates them if they exist. A tenth is replaced by new ones of the same
     * name.
     *
     * @return the name of a ConfigMap that is created last
     */
    String changeSome() {
        round++;
        for (int i = 0; i < AT_ONCE; i++) {
            int number = (round * AT_ONCE + i) % OBJECTS;
            for (int kind = 0; kind < KINDS.size(); kind++) {
                change(kind, number);
            }
        }
        if (round > 1) {
            store.delete("v1", "ConfigMap", NAMESPACE, MARKER + (round - 1));
        }
        String marker = MARKER + round;
        store.create(object(KINDS.indexOf(CONFIG_MAP), marker));
        return marker;
    }

    private void change(int kind, int number) {
        ObjectNode object = object(kind, "web-" + number);
        if (!existing.add(kind + "/" + number)) {
            if (number % 10 != round % 10) {
                store.update(object);
                return;
            }
            store.delete(object.get("apiVersion").asText(), object.get("kind").asText(), NAMESPACE, "web-" + number);
        }
        store.create(object);
    }

    private ObjectNode object(int kind, String name) {
        String json = KINDS.get(kind).formatted(name, round, MANAGED_FIELDS, name.hashCode() & 0xff);
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(json, e);
        }
    }
}

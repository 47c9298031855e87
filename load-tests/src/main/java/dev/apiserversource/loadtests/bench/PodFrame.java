package dev.apiserversource.loadtests.bench;

import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A watch frame as an API server sends it for a running Pod. */
final class PodFrame {

    private PodFrame() {}

    /** The frame of a Pod with that many containers: 1.9 kB with one, 10.8 kB with ten; ends with a line feed. */
    static byte[] withContainers(int count) {
        return """
                {"type":"MODIFIED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-7c5ddbdf54-x2x8q",\
                "generateName":"web-7c5ddbdf54-","namespace":"default","uid":"6f2f3c9e-2f43-4c8b-9d0c-5d6f1e0a7b11",\
                "resourceVersion":"123456","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"web"},\
                "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-7c5ddbdf54",\
                "uid":"0f0a52e6-58a5-4bb5-8f52-d2a0f7bdb1d7","controller":true,"blockOwnerDeletion":true}],\
                "managedFields":[{"manager":"kubelet","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z",\
                "fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:conditions":{".":{},"f:phase":{},"f:podIP":{}}}}}]},\
                "spec":{"restartPolicy":"Always","nodeName":"node-1","serviceAccountName":"default","containers":[%s]},\
                "status":{"phase":"Running","podIP":"10.0.0.7","conditions":[{"type":"Ready","status":"True"}],\
                "containerStatuses":[%s]}}}
                """.formatted(each(count, PodFrame::container), each(count, PodFrame::status))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String each(int count, IntFunction<String> text) {
        return IntStream.range(0, count).mapToObj(text).collect(Collectors.joining(","));
    }

    private static String container(int number) {
        return """
                {"name":"c%d","image":"registry.example.com/team/web:1.2.3","ports":[{"containerPort":8080,"protocol":"TCP"}],\
                "env":[{"name":"MODE","value":"production"},{"name":"POD","valueFrom":{"fieldRef":{"apiVersion":"v1",\
                "fieldPath":"metadata.name"}}}],"resources":{"limits":{"cpu":"1","memory":"512Mi"},"requests":{"cpu":"100m",\
                "memory":"256Mi"}},"volumeMounts":[{"name":"config","mountPath":"/etc/config","readOnly":true}],\
                "readinessProbe":{"httpGet":{"path":"/ready","port":8080,"scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10},\
                "imagePullPolicy":"IfNotPresent","terminationMessagePath":"/dev/termination-log"}""".formatted(number);
    }

    private static String status(int number) {
        return """
                {"name":"c%d","state":{"running":{"startedAt":"2026-01-01T00:00:00Z"}},"lastState":{},"ready":true,"restartCount":0,\
                "image":"registry.example.com/team/web:1.2.3","imageID":"registry.example.com/team/web@sha256:\
                9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","containerID":"containerd://\
                60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752","started":true}""".formatted(number);
    }
}

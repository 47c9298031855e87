package dev.apiserversource.samples.eventviewer;

import java.util.List;

/** Events as a small cluster makes them: something to look at. */
final class Demo {

    private Demo() {}

    /** Sends 34 events to {@code viewer}, a gap and two repeats among them. */
    static void send(RunningViewer viewer) throws Exception {
        List<String> names =
                List.of("web-6d4cf56db6-x2k9p", "web-6d4cf56db6-zq8vn", "worker-0", "ingest-7b9c9d", "db-0");
        int id = 0;
        for (String name : names) {
            String namespace = name.startsWith("web") ? "shop" : "default";
            event(
                    viewer,
                    id++,
                    namespace,
                    name,
                    "Scheduled",
                    "Successfully assigned " + namespace + "/" + name + " to node-1");
            event(viewer, id++, namespace, name, "Pulling", "Pulling image \\\"registry.example/app:1.27\\\"");
            event(viewer, id++, namespace, name, "Created", "Created container app");
            event(viewer, id++, namespace, name, "Started", "Started container app");
            viewer.change("" + id++, "update", "Pod", namespace, name, "{\"status\":{\"phase\":\"Running\"}}");
        }
        viewer.accept(
                "ping",
                "\"type\":\"dev.knative.sources.ping\","
                        + "\"subject\":\"every-minute\",\"datacontenttype\":\"application/json\","
                        + "\"data\":{\"message\":\"Hello world!\"}");
        viewer.accept(
                "gap",
                "\"type\":\"dev.apiserversource.gap\",\"subject\":\"/apis/v1/pods\","
                        + "\"data\":{\"reason\":\"expired\",\"from\":\"1201\",\"to\":\"1764\",\"emitted\":3}");
        viewer.change("" + id++, "delete", "Pod", "default", "worker-0", "{\"metadata\":{\"name\":\"worker-0\"}}");
        event(viewer, 1, "shop", "web-6d4cf56db6-x2k9p", "Pulling", "Pulling image \\\"registry.example/app:1.27\\\"");
        event(viewer, 2, "shop", "web-6d4cf56db6-x2k9p", "Created", "Created container app");
        for (String name : names.subList(0, 4)) {
            viewer.change("" + id++, "add", "ConfigMap", "shop", name + "-config", "{\"data\":{\"mode\":\"fast\"}}");
        }
    }

    private static void event(RunningViewer viewer, int id, String namespace, String pod, String reason, String message)
            throws Exception {
        viewer.change("" + id, "add", "Event", namespace, pod + ".18ec" + id, """
                {"kind":"Event","apiVersion":"v1","metadata":{"name":"%s.18ec%d","namespace":"%s",\
                "uid":"0b7a3c1e-5d0f-4b58-9d0e-2f3a61c0a9f4","resourceVersion":"%d"},"involvedObject":{"kind":"Pod",\
                "namespace":"%s","name":"%s"},"reason":"%s","message":"%s","type":"Normal","count":1,\
                "firstTimestamp":null}""".formatted(
                        pod, id, namespace, 100 + id, namespace, pod, reason, message));
    }
}

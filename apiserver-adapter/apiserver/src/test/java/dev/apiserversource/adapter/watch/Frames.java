package dev.apiserversource.adapter.watch;

/** Watch frames and list pages as text. */
final class Frames {

    private Frames() {}

    static String added(String name, int version) {
        return frame("ADDED", name, version);
    }

    static String modified(String name, int version) {
        return frame("MODIFIED", name, version);
    }

    static String deleted(String name, int version) {
        return frame("DELETED", name, version);
    }

    private static String frame(String type, String name, int version) {
        return "{\"type\":\"%s\",\"object\":%s}\n".formatted(type, object(name, "uid-of-" + name, version));
    }

    static String object(String name, String uid, int version) {
        return """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s","namespace":"ns","uid":"%s",\
                "resourceVersion":"%d"},"data":"☁️ü"}""".formatted(name, uid, version);
    }

    static String bookmark(int version) {
        return "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"%d\"}}}\n".formatted(version);
    }

    static String initialEnd(int version) {
        return """
                {"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"%d",\
                "annotations":{"k8s.io/initial-events-end":"true"}}}}
                """.formatted(version);
    }

    static String error(int code, String message) {
        return "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":%d,\"reason\":\"R\",\"message\":\"%s\"}}\n"
                .formatted(code, message);
    }

    static String page(int version, String continueToken, String... objects) {
        String items = String.join(",", objects);
        return """
                {"kind":"ConfigMapList","metadata":{"resourceVersion":"%d","continue":"%s"},\
                "items":[%s]}""".formatted(version, continueToken, items);
    }
}

package dev.apiserversource.loadtests.compare.feed;

import java.util.Arrays;

/** What the API server answers. */
sealed interface Answer {

    /** A whole response. */
    record Body(int status, byte[] json) implements Answer {

        @Override
        public boolean equals(Object other) {
            return other instanceof Body body && body.status == status && Arrays.equals(body.json, json);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(json);
        }

        @Override
        public String toString() {
            return status + " with " + json.length + " bytes";
        }
    }

    /**
     * A watch.
     *
     * @param form how objects are sent; null: the watch has none and stays silent
     * @param listed whether all objects are sent first, and the bookmark that ends them
     * @param version where the changes begin: at the version that follows
     * @param kind of the bookmarks
     */
    record Watch(ConfigMaps.@org.jspecify.annotations.Nullable Form form, boolean listed, long version, String kind)
            implements Answer {

        /** The bookmark that ends a streaming list. */
        String endOfList() {
            return """
                    {"type":"BOOKMARK","object":{"kind":"%s","apiVersion":"v1","metadata":{"resourceVersion":"%d",\
                    "annotations":{"k8s.io/initial-events-end":"true"}}}}
                    """.formatted(kind, version);
        }
    }
}

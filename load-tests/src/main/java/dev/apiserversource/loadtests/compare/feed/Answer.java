package dev.apiserversource.loadtests.compare.feed;

import org.jspecify.annotations.Nullable;

/** What the API server answers. */
sealed interface Answer {

    /** A whole response. */
    final class Body implements Answer {

        private final int status;
        private final byte[] json;

        Body(int status, byte[] json) {
            this.status = status;
            this.json = json;
        }

        int status() {
            return status;
        }

        byte[] json() {
            return json;
        }
    }

    /**
     * A watch.
     *
     * @param objects what it brings; null: nothing
     * @param listed whether all objects are sent first, and the bookmark that ends them
     * @param version where the changes begin: at the one that follows
     * @param kind of the bookmark
     */
    record Watch(@Nullable Collection objects, boolean listed, long version, String kind) implements Answer {

        private static final String END_OF_LIST = """
                {"type":"BOOKMARK","object":{"kind":"%s","apiVersion":"v1","metadata":{"resourceVersion":"%d",\
                "creationTimestamp":null,"annotations":{"k8s.io/initial-events-end":"true"}}}}
                """;

        /** The bookmark that ends a streaming list. */
        String endOfList() {
            return END_OF_LIST.formatted(kind, version);
        }
    }
}

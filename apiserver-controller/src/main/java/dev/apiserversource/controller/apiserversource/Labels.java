package dev.apiserversource.controller.apiserversource;

import java.util.Map;
import java.util.TreeMap;

/** The labels of all that is made for a source, as Knative has them. */
final class Labels {

    static final String SOURCE = "eventing.knative.dev/source";
    static final String SOURCE_VALUE = "apiserver-source-controller";
    static final String SOURCE_NAME = "eventing.knative.dev/sourceName";

    /** Selects what is made for any source. */
    static final String SELECTOR = SOURCE + "=" + SOURCE_VALUE;

    private Labels() {}

    static Map<String, String> of(Source source) {
        return new TreeMap<>(Map.of(SOURCE, SOURCE_VALUE, SOURCE_NAME, source.name()));
    }
}

package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.apply.ChildMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;

import java.util.Map;
import java.util.TreeMap;

/** Name and labels of everything that is made for a source, equal to Knative's. */
final class AdapterMetadata {

    /** Selects what is made for any source. */
    static final String LABEL_SELECTOR = "eventing.knative.dev/source=apiserver-source-controller";

    /** The container of the adapter. */
    static final String CONTAINER = "receive-adapter";

    private AdapterMetadata() {}

    static ObjectMeta of(ApiServerSource source) {
        return ChildMetadata.of(source, name(source), labels(source));
    }

    static String name(ApiServerSource source) {
        return ChildMetadata.name(
                "apiserversource-" + source.getMetadata().getName() + "-",
                source.getMetadata().getUid());
    }

    static Map<String, String> labels(ApiServerSource source) {
        return new TreeMap<>(Map.of(
                "eventing.knative.dev/source",
                "apiserver-source-controller",
                "eventing.knative.dev/sourceName",
                source.getMetadata().getName()));
    }
}

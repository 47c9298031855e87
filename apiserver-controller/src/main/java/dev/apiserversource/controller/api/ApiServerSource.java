package dev.apiserversource.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The custom resource {@code sources.knative.dev/v1 ApiServerSource}. The API server converts the other versions, which
 * have the same shape.
 */
@Group("sources.knative.dev")
@Version("v1")
@JsonDeserialize(converter = ApiServerSource.Reader.class)
public final class ApiServerSource extends SourceResource<ApiServerSourceSpec> implements Namespaced {

    private static final String PREFIX = "apiserversource.dev/";

    /** Stops the adapter while its value is {@code true}. */
    public static final String PAUSED = PREFIX + "paused";

    /** A pod template for the adapter, as JSON or YAML. */
    public static final String POD_TEMPLATE = PREFIX + "pod-template";

    /** Knative's annotation: with {@code true}, permissions are not checked, and a watch that is denied is fatal. */
    public static final String SKIP_PERMISSIONS_CHECK = "features.knative.dev/apiserversource-skip-permissions-check";

    /** The annotations of {@code object} that this program reads. */
    public static SortedMap<String, String> annotations(HasMetadata object) {
        Map<String, String> all =
                Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of());
        SortedMap<String, String> read = new TreeMap<>(all);
        read.keySet().removeIf(name -> !name.startsWith(PREFIX) && !name.equals(SKIP_PERMISSIONS_CHECK));
        return read;
    }

    /** The value of an annotation, if it is set. */
    public Optional<String> annotation(String name) {
        return Optional.ofNullable(getMetadata().getAnnotations()).map(annotations -> annotations.get(name));
    }

    /** Whether the adapter is to be stopped. */
    public boolean paused() {
        return annotation(PAUSED).filter("true"::equals).isPresent();
    }

    /** Whether the adapter is deployed without a review of its permissions. */
    public boolean skipsPermissionsCheck() {
        return annotation(SKIP_PERMISSIONS_CHECK).filter("true"::equals).isPresent();
    }

    static final class Reader extends LenientReader<ApiServerSourceSpec, ApiServerSource> {

        Reader() {
            super(ApiServerSource::new, ApiServerSourceSpec.class);
        }

        @Override
        JsonNode spec(StoredResource stored) {
            return withAnnotations(super.spec(stored), stored, SpecAnnotations.APISERVERSOURCE);
        }
    }
}

package dev.apiserversource.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * The custom resource {@code sources.knative.dev/v1 ApiServerSource}. The API server converts the other versions, which
 * have the same shape.
 */
@Group("sources.knative.dev")
@Version("v1")
@JsonDeserialize(converter = ApiServerSource.Reader.class)
public final class ApiServerSource extends SourceResource<ApiServerSourceSpec> implements Namespaced {

    static final class Reader extends LenientReader<ApiServerSourceSpec, ApiServerSource> {

        Reader() {
            super(ApiServerSource::new, ApiServerSourceSpec.class);
        }

        @Override
        JsonNode spec(StoredResource stored) {
            JsonNode spec = super.spec(stored);
            if (spec instanceof ObjectNode fields
                    && stored.metadata() != null
                    && stored.metadata().getAnnotations() != null) {
                SpecAnnotations.addTo(fields, stored.metadata().getAnnotations());
            }
            return spec;
        }
    }
}

package dev.apiserversource.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * The custom resource {@code sources.knative.dev/v1 PingSource}. The API server converts the other versions, which have
 * the same shape.
 */
@Group("sources.knative.dev")
@Version("v1")
@JsonDeserialize(converter = PingSource.Reader.class)
public final class PingSource extends SourceResource<PingSourceSpec> implements Namespaced {

    static final class Reader extends LenientReader<PingSourceSpec, PingSource> {

        Reader() {
            super(PingSource::new, PingSourceSpec.class);
        }

        @Override
        JsonNode spec(StoredResource stored) {
            return withAnnotations(super.spec(stored), stored, SpecAnnotations.PINGSOURCE);
        }
    }
}

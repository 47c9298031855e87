package dev.apiserversource.controller.api;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * The custom resource {@code sources.knative.dev/v1 ContainerSource}. The API server converts the other versions, which
 * have the same shape.
 */
@Group("sources.knative.dev")
@Version("v1")
@JsonDeserialize(converter = ContainerSource.Reader.class)
public final class ContainerSource extends SourceResource<ContainerSourceSpec> implements Namespaced {

    static final class Reader extends LenientReader<ContainerSourceSpec, ContainerSource> {

        Reader() {
            super(ContainerSource::new, ContainerSourceSpec.class);
        }
    }
}

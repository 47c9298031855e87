package dev.apiserversource.controller.api;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * The custom resource {@code sources.knative.dev/v1 SinkBinding}. The API server converts the other versions, which
 * have the same shape.
 */
@Group("sources.knative.dev")
@Version("v1")
@JsonDeserialize(converter = SinkBinding.Reader.class)
public final class SinkBinding extends SourceResource<SinkBindingSpec> implements Namespaced {

    static final class Reader extends LenientReader<SinkBindingSpec, SinkBinding> {

        Reader() {
            super(SinkBinding::new, SinkBindingSpec.class);
        }
    }
}

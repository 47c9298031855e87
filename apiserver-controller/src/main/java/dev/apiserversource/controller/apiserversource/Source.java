package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.ApiServerSourceSpec;
import dev.apiserversource.controller.api.ApiServerSourceStatus;
import dev.apiserversource.controller.api.DeliverySpec;
import dev.apiserversource.controller.api.Destination;
import dev.apiserversource.controller.api.HistoricApiServerSource;
import dev.apiserversource.controller.api.HistoricApiServerSourceSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/**
 * A source of either group: everything after this looks at nothing else.
 *
 * @param object the custom resource
 * @param spec what it asks for, in today's words
 * @param status what was found last, if ever
 */
record Source(
        HasMetadata object,
        ApiServerSourceSpec spec,
        @Nullable ApiServerSourceStatus status) {

    static Source of(ApiServerSource source) {
        return new Source(source, source.getSpec(), source.getStatus());
    }

    static Source of(HistoricApiServerSource source) {
        HistoricApiServerSourceSpec spec = source.getSpec();
        return new Source(source, spec.toSpec(), source.getStatus());
    }

    String namespace() {
        return meta().getNamespace();
    }

    String name() {
        return meta().getName();
    }

    long generation() {
        return meta().getGeneration() == null ? 0 : meta().getGeneration();
    }

    /** The ServiceAccount as the API server knows it when it decides on rights. */
    String user() {
        return "system:serviceaccount:" + namespace() + ":" + spec.serviceAccountName();
    }

    Optional<Destination> deadLetterSink() {
        return Optional.ofNullable(spec.delivery()).map(DeliverySpec::deadLetterSink);
    }

    /** The name of all that is made for this source. */
    String childName() {
        return ChildName.of("apiserversource-" + name() + "-", meta().getUid());
    }

    /** The metadata of something made for this source. */
    ObjectMeta child(String childName) {
        ObjectMeta child = new ObjectMeta();
        child.setName(childName);
        child.setNamespace(namespace());
        child.setLabels(Labels.of(this));
        child.setOwnerReferences(List.of(owner()));
        return child;
    }

    private OwnerReference owner() {
        return new OwnerReferenceBuilder()
                .withApiVersion(object.getApiVersion())
                .withKind(object.getKind())
                .withName(name())
                .withUid(meta().getUid())
                .withController(true)
                .build();
    }

    ObjectReference reference() {
        return new ObjectReferenceBuilder()
                .withApiVersion(object.getApiVersion())
                .withKind(object.getKind())
                .withNamespace(namespace())
                .withName(name())
                .withUid(meta().getUid())
                .withResourceVersion(meta().getResourceVersion())
                .build();
    }

    private ObjectMeta meta() {
        return object.getMetadata();
    }
}

package dev.apiserversource.loadtests.load;

import dev.apiserversource.loadtests.verify.GroundTruth;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes objects of one kind and records each change in the ground truth. Each object must have one writing thread.
 * When a write fails because the API server is away, its outcome is unknown: it is read before the write is repeated.
 */
public final class ObjectWriter {

    private static final int NOT_FOUND = 404;

    /** Longer than any fault of the API server. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final KubernetesClient client;
    private final GroundTruth truth;
    private final LoadKind kind;

    /** Writes through {@code client}, which must not retry. */
    public ObjectWriter(KubernetesClient client, GroundTruth truth, LoadKind kind) {
        this.client = client;
        this.truth = truth;
        this.kind = kind;
    }

    /** Writes ConfigMaps. */
    public static ObjectWriter ofConfigMaps(KubernetesClient client, GroundTruth truth) {
        return new ObjectWriter(client, truth, LoadKind.CONFIG_MAPS);
    }

    /** Creates an object that holds {@code state}. */
    public GenericKubernetesResource create(String namespace, String name, String state) {
        GenericKubernetesResource created =
                write(kind.object(namespace, name, state), Resource::create).orElseThrow();
        truth.created(kind.subject(created), created.getMetadata().getResourceVersion());
        return created;
    }

    /**
     * Replaces the state of an object that exists.
     *
     * @param last the result of the last write
     * @param state other than the present one
     */
    public GenericKubernetesResource update(GenericKubernetesResource last, String state) {
        return updateUnlessGone(last, state).orElseThrow();
    }

    /** As {@link #update}; empty when the object does not exist any more: it expired, or etcd was set back. */
    public Optional<GenericKubernetesResource> updateUnlessGone(GenericKubernetesResource last, String state) {
        Optional<GenericKubernetesResource> updated = write(kind.withState(last, state), Resource::update);
        updated.ifPresent(object ->
                truth.updated(kind.subject(object), object.getMetadata().getResourceVersion()));
        return updated;
    }

    /** Deletes the object. */
    public void delete(GenericKubernetesResource last) {
        if (!deleted(last)) {
            Awaitility.await("delete " + kind.subject(last)).atMost(TIMEOUT).until(() -> deleted(last));
        }
        truth.deleted(kind.subject(last));
    }

    /** Returns when the outcome is known; empty when there is no such object. */
    private Optional<GenericKubernetesResource> write(
            GenericKubernetesResource desired,
            Function<Resource<GenericKubernetesResource>, GenericKubernetesResource> request) {
        Outcome first = attempt(desired, request);
        Outcome known = first != null
                ? first
                : Awaitility.await("write " + kind.subject(desired))
                        .atMost(TIMEOUT)
                        .until(() -> attempt(desired, request), outcome -> outcome != null);
        return known.object();
    }

    /** One attempt; null when its outcome is unknown. */
    private @Nullable Outcome attempt(
            GenericKubernetesResource desired,
            Function<Resource<GenericKubernetesResource>, GenericKubernetesResource> request) {
        try {
            return new Outcome(Optional.of(request.apply(resource(desired))));
        } catch (KubernetesClientException e) {
            return e.getCode() == NOT_FOUND ? new Outcome(Optional.empty()) : readBack(desired);
        }
    }

    /** Finds a write that took effect although its response was lost, and an object that does not exist any more. */
    private @Nullable Outcome readBack(GenericKubernetesResource desired) {
        try {
            GenericKubernetesResource actual = resource(desired).get();
            if (actual == null) {
                return desired.getMetadata().getUid() == null ? null : new Outcome(Optional.empty());
            }
            if (kind.equalStates(desired, actual)) {
                return new Outcome(Optional.of(actual));
            }
            // There is no other writer, so a conflict means that etcd was set back.
            desired.getMetadata().setResourceVersion(actual.getMetadata().getResourceVersion());
            return null;
        } catch (KubernetesClientException e) {
            return null;
        }
    }

    private boolean deleted(GenericKubernetesResource last) {
        try {
            resource(last).delete();
            return true;
        } catch (KubernetesClientException e) {
            return e.getCode() == NOT_FOUND;
        }
    }

    private Resource<GenericKubernetesResource> resource(GenericKubernetesResource object) {
        return kind.in(client, object.getMetadata().getNamespace()).resource(object);
    }

    /** What a write led to: an object, or none. */
    private record Outcome(Optional<GenericKubernetesResource> object) {}
}

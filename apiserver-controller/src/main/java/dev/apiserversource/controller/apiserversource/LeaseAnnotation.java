package dev.apiserversource.controller.apiserversource;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;

import java.util.Optional;

/** An annotation by which an adapter reports on its Lease, the only object of its source that it may write. */
record LeaseAnnotation(String name) {

    /** The value; empty when it is absent. */
    Optional<String> of(Lease lease) {
        return Optional.ofNullable(lease.getMetadata().getAnnotations()).map(annotations -> annotations.get(name));
    }

    /** Whether two states of a Lease have different values. */
    boolean differs(Lease lease, Lease old) {
        return !of(lease).equals(of(old));
    }
}

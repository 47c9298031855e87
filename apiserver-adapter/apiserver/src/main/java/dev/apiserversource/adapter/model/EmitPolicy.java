package dev.apiserversource.adapter.model;

/** Whether changes that Knative does not emit become events: the fields {@code initialState} and {@code gaps}. */
public enum EmitPolicy {
    SKIP,
    EMIT
}

package dev.apiserversource.controller.sink;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Looks up the addresses of an object that a destination references. */
@FunctionalInterface
public interface AddressLookup {

    /** The addresses of the object as known now. */
    Result find(SinkKey key);

    /** The result of a lookup. */
    sealed interface Result {}

    /**
     * The object exists.
     *
     * @param addresses its addresses, possibly none; the preferred one comes first
     * @param apiVersion the group and version it was read in; the reference may name one that is no longer served
     */
    record Found(List<Address> addresses, String apiVersion) implements Result {}

    /** The object does not exist. */
    record NotFound() implements Result {}

    /** The object cannot be read; {@code problem} names the cause and the remedy. */
    record Unavailable(String problem) implements Result {}

    /** One address in the status of an object. */
    record Address(
            @Nullable String name,
            String url,
            @Nullable String caCerts,
            @Nullable String audience) {}
}

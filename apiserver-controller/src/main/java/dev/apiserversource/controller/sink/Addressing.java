package dev.apiserversource.controller.sink;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** What is known of an object that somebody sends events to. */
sealed interface Addressing {

    /** The object is there with these addresses, possibly none; the preferred one first. */
    record Present(List<Address> addresses) implements Addressing {}

    /** The object is not there. */
    record Absent() implements Addressing {}

    /** It cannot be told; {@code problem} says why and what to do. */
    record Unreadable(String problem) implements Addressing {}

    /** One address in an object's status. */
    record Address(
            @Nullable String name,
            String url,
            @Nullable String caCerts,
            @Nullable String audience) {}
}

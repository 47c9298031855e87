package dev.apiserversource.controller.sink;

import org.jspecify.annotations.Nullable;

/**
 * What a destination resolved to.
 *
 * @param uri absolute URL
 * @param caCerts PEM certificates trusted for it, in addition to those of the system
 * @param audience audience of the token it wants
 */
public record SinkAddress(
        String uri, @Nullable String caCerts, @Nullable String audience) {}

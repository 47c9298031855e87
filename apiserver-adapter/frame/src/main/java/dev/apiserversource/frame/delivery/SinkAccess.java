package dev.apiserversource.frame.delivery;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What an attempt needs beside the event.
 *
 * @param permit whether this process can send
 * @param tokens for the sinks that expect one
 * @param trustBundles folder of PEM files with certificates that are trusted too; read again when they change
 * @param tracer of deliveries; empty: they are not traced
 */
public record SinkAccess(SendPermit permit, SinkTokens tokens, Path trustBundles, Optional<DeliveryTracer> tracer) {

    /** As above, without a tracer. */
    public SinkAccess(SendPermit permit, SinkTokens tokens, Path trustBundles) {
        this(permit, tokens, trustBundles, Optional.empty());
    }

    /** As above, with the folder that Knative's controller mounts. */
    public SinkAccess(SendPermit permit, SinkTokens tokens) {
        this(permit, tokens, TrustBundle.FOLDER);
    }

    /** The same, with a tracer. */
    public SinkAccess with(Optional<DeliveryTracer> other) {
        return new SinkAccess(permit, tokens, trustBundles, other);
    }

    /** Without tokens. */
    static SinkAccess of(SendPermit permit) {
        return new SinkAccess(permit, SinkTokens.NONE);
    }
}

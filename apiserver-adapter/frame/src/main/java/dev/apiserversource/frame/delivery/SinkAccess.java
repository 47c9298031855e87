package dev.apiserversource.frame.delivery;

import java.nio.file.Path;

/**
 * What an attempt needs beside the event.
 *
 * @param permit whether this process can send
 * @param tokens for the sinks that expect one
 * @param trustBundles folder of PEM files with certificates that are trusted too; read again when they change
 */
public record SinkAccess(SendPermit permit, SinkTokens tokens, Path trustBundles) {

    /** As above, with the folder that Knative's controller mounts. */
    public SinkAccess(SendPermit permit, SinkTokens tokens) {
        this(permit, tokens, TrustBundle.FOLDER);
    }

    /** Without tokens. */
    static SinkAccess of(SendPermit permit) {
        return new SinkAccess(permit, SinkTokens.NONE);
    }
}

package dev.apiserversource.controller.identity;

import dev.apiserversource.controller.pod.MountedVolume;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;

import java.util.List;

/**
 * The volume by which containers read the token to send: the file {@code /oidc/token}. Name and path are Knative's. The
 * kubelet replaces the file when the Secret changes.
 */
public final class TokenVolume {

    /** The name of the volume. */
    public static final String NAME = "oidc-token";

    private static final String PATH = "/oidc";

    private TokenVolume() {}

    /** The volume with the file of {@code secret}. */
    public static MountedVolume of(String secret) {
        return new MountedVolume(
                NAME,
                PATH,
                List.of(new VolumeProjectionBuilder()
                        .withNewSecret()
                        .withName(secret)
                        .endSecret()
                        .build()));
    }
}

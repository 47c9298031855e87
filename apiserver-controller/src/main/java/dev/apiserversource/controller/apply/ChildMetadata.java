package dev.apiserversource.controller.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** Metadata of an object that another object owns. */
public final class ChildMetadata {

    private static final int MAX_LENGTH = 63;
    private static final int MD5_HEX_LENGTH = 32;
    private static final int HEAD_LENGTH = MAX_LENGTH - MD5_HEX_LENGTH;

    private ChildMetadata() {}

    /**
     * Metadata with this name and these labels, in the namespace of {@code owner}, which becomes the controlling owner.
     */
    public static ObjectMeta of(HasMetadata owner, String name, Map<String, String> labels) {
        return new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(owner.getMetadata().getNamespace())
                .withLabels(labels)
                .addNewOwnerReference()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .endOwnerReference()
                .build();
    }

    /**
     * {@code parent + suffix}, shortened to 63 characters with an MD5 in the middle. The rule is that of <a
     * href="https://pkg.go.dev/knative.dev/pkg/kmeta#ChildName">kmeta.ChildName</a>, so that objects made by Knative's
     * controller are found by name.
     */
    public static String name(String parent, String suffix) {
        if (parent.length() + suffix.length() <= MAX_LENGTH) {
            return parent + suffix;
        }
        return suffix.length() < HEAD_LENGTH
                ? head(parent, HEAD_LENGTH - suffix.length()) + md5(parent) + suffix
                : trimPunctuation(head(head(parent, HEAD_LENGTH) + md5(parent + suffix) + suffix, MAX_LENGTH));
    }

    private static String head(String text, int length) {
        return text.substring(0, Math.min(length, text.length()));
    }

    private static String trimPunctuation(String name) {
        int end = name.length();
        while (!Character.isLetterOrDigit(name.charAt(end - 1))) {
            end--;
        }
        return name.substring(0, end);
    }

    private static String md5(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}

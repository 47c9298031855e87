package dev.apiserversource.controller.apiserversource;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names of at most 63 characters by the rule that Knative follows, so that its Deployments are found under the same name. */
final class ChildName {

    private static final int LONGEST = 63;
    private static final int MD5_HEX = 32;
    private static final int HEAD = LONGEST - MD5_HEX;

    private ChildName() {}

    /** {@code parent + suffix}, with an MD5 in the middle when that is too long. */
    static String of(String parent, String suffix) {
        if (parent.length() + suffix.length() <= LONGEST) {
            return parent + suffix;
        }
        return suffix.length() < HEAD
                ? head(parent, HEAD - suffix.length()) + md5(parent) + suffix
                : withoutTrailingPunctuation(head(head(parent, HEAD) + md5(parent + suffix) + suffix, LONGEST));
    }

    private static String head(String text, int length) {
        return text.substring(0, Math.min(length, text.length()));
    }

    private static String withoutTrailingPunctuation(String name) {
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

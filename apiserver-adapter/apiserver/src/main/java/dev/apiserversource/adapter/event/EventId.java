package dev.apiserversource.adapter.event;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.WatchTarget;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The id of an event: the same for the same occurrence however often it is sent, by whichever process, and different for any other
 * occurrence that the same {@code source} may tell of.
 *
 * <p>An occurrence is told apart by the ApiServerSource that reports it (two sources of one mode may differ in their overrides), by type
 * and subject (one object can be watched under two versions of its kind), by the object's uid and by its resourceVersion. A deletion
 * happens once in the life of a uid, and a derived one does not know the resourceVersion it happened at, so deletions go without; except
 * under a label selector, where the API server reports one each time the object leaves the selection.
 */
final class EventId {

    private static final int BYTES = 16;
    private static final HexFormat HEX = HexFormat.of();

    private final String scope;

    /** Ids for the ApiServerSource {@code namespace/name}. */
    EventId(String namespace, String name) {
        this.scope = namespace + "/" + name;
    }

    String of(Change change, String type, String subject) {
        boolean onceOnly =
                change.kind() == Change.Kind.DELETED && !change.target().selective();
        String version = onceOnly ? "" : change.object().resourceVersion();
        String selector = change.target().selector();
        // A line feed occurs in none of these.
        return hash(String.join("\n", scope, type, subject, change.object().uid(), version, selector));
    }

    /** A gap is told apart by the stream and by where it begins and ends: one that reaches further is another one. */
    String of(WatchTarget target, Gap gap, String type, String subject) {
        return hash(String.join("\n", scope, type, subject, gap.from(), gap.to(), target.selector()));
    }

    private static String hash(String occurrence) {
        return HEX.formatHex(Arrays.copyOf(sha256(occurrence), BYTES));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

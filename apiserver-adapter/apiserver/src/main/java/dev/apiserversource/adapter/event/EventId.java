package dev.apiserversource.adapter.event;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.WatchTarget;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The id of an event: the same whenever and by whichever process the same occurrence is sent, and different for every
 * other occurrence with the same {@code source}.
 *
 * <p>An occurrence is identified by
 *
 * <ul>
 *   <li>the ApiServerSource: two of one mode may differ in their overrides;
 *   <li>type and subject: an object can be watched in two versions of its kind;
 *   <li>the object's uid, and its resourceVersion unless it was deleted;
 *   <li>the version before the changes that it supersedes, if any. A process that did not send them, and ends, is
 *       followed by one that does. A sink that drops repeated ids then takes the newest state again, after them;
 *   <li>the value that names the replay, if it is one.
 * </ul>
 *
 * <p>An object is deleted once, and the resourceVersion of a derived deletion is not known, so deletions need none.
 * Under a selector they do: the API server reports a deletion each time the object leaves the selection.
 */
final class EventId {

    private static final int BYTES = 16;
    private static final HexFormat HEX = HexFormat.of();

    private final String scope;
    private final MessageDigest sha256 = sha256();

    /** Ids for the ApiServerSource {@code namespace/name}. Not for several threads. */
    EventId(String namespace, String name) {
        this.scope = namespace + "/" + name;
    }

    String of(MergedChange merged, String type, String subject) {
        String occurrence = occurrence(merged.change(), type, subject);
        return hash(merged.superseded() == 0 ? occurrence : String.join("\n", occurrence, "superseded", merged.from()));
    }

    private String occurrence(Change change, String type, String subject) {
        boolean onlyOnce =
                change.kind() == Change.Kind.DELETED && !change.target().selective();
        String version = onlyOnce ? "" : change.object().resourceVersion();
        String selector = selectors(change.target());
        String uid = change.object().uid();
        // No part contains a line feed.
        return String.join("\n", scope, type, subject, uid, version, selector);
    }

    /** The same state is sent once in each replay. */
    String ofReplay(Change change, String type, String subject, String replay) {
        return hash(String.join("\n", occurrence(change, type, subject), "replay", replay));
    }

    /** A gap is identified by its stream, its beginning and its end. */
    String of(WatchTarget target, Gap gap, String type, String subject) {
        return hash(String.join("\n", scope, type, subject, gap.from(), gap.to(), selectors(target)));
    }

    private static String selectors(WatchTarget target) {
        String fields = target.fieldSelector();
        return fields.isEmpty() ? target.selector() : target.selector() + "\n" + fields;
    }

    private String hash(String occurrence) {
        byte[] hash = sha256.digest(occurrence.getBytes(StandardCharsets.UTF_8));
        return HEX.formatHex(hash, 0, BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

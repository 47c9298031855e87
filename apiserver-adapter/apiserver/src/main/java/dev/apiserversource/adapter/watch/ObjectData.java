package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.json.ByteSlice;
import dev.apiserversource.adapter.json.JsonEdit;
import dev.apiserversource.adapter.model.DataPolicy;
import dev.apiserversource.adapter.model.ResourceType;

import java.util.ArrayList;
import java.util.List;

/**
 * What of the objects of one resource becomes the data of events: the bytes as they were sent, without managedFields
 * and with redacted values replaced, if so configured.
 */
final class ObjectData {

    private static final byte[] NONE = {};
    private static final String REDACTED = "\"redacted\"";

    /** The values of {@code data} are base64: this is {@code redacted}. A Secret can be decoded all the same. */
    private static final String REDACTED_BASE64 = "\"cmVkYWN0ZWQ=\"";

    private static final List<String> MANAGED_FIELDS = List.of("metadata", "managedFields");

    /** kubectl keeps a copy of the object in it, with all values. */
    private static final List<String> LAST_APPLIED =
            List.of("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration");

    private final WatchParser parser;
    private final JsonEdit edit;
    private final boolean needed;

    /** Whether managedFields are all that is cut. */
    private final boolean onlyManagedFields;

    private ObjectData(WatchParser parser, JsonEdit edit, boolean needed, boolean onlyManagedFields) {
        this.parser = parser;
        this.edit = edit;
        this.needed = needed;
        this.onlyManagedFields = onlyManagedFields;
    }

    /** Objects of {@code type}, with the values at {@code redactPaths} replaced. */
    static ObjectData of(ResourceType type, DataPolicy policy, List<String> redactPaths) {
        List<JsonEdit.Rule> rules = new ArrayList<>();
        boolean secrets = policy.redactSecrets()
                && type.group().isEmpty()
                && type.plural().equals("secrets");
        if (secrets) {
            rules.add(new JsonEdit.Rule(List.of("data", JsonEdit.ANY), REDACTED_BASE64));
            rules.add(new JsonEdit.Rule(List.of("stringData", JsonEdit.ANY), REDACTED));
        }
        redactPaths.forEach(path -> rules.add(new JsonEdit.Rule(JsonEdit.path(path), REDACTED)));
        boolean redacted = !rules.isEmpty();
        if (redacted) {
            rules.add(new JsonEdit.Rule(LAST_APPLIED, REDACTED));
        }
        if (!policy.managedFields()) {
            rules.add(JsonEdit.Rule.remove(MANAGED_FIELDS));
        }
        return new ObjectData(new WatchParser(type), new JsonEdit(rules), true, !redacted && !policy.managedFields());
    }

    /** No data: events are references. */
    static ObjectData none(ResourceType type) {
        return new ObjectData(new WatchParser(type), new JsonEdit(List.of()), false, false);
    }

    /** The data of a watched object. */
    byte[] of(WatchParser.WatchFrame.Changed frame) {
        return needed ? of(frame.json(), frame.managedFields()) : NONE;
    }

    /** The parser has found where managedFields are, so the object is not searched again. */
    private byte[] of(ByteSlice json, WatchParser.ManagedFields managedFields) {
        if (!onlyManagedFields || !managedFields.known()) {
            return edit.apply(json);
        }
        return managedFields
                .value()
                .map(value -> JsonEdit.without(json, "managedFields", value).orElseGet(() -> edit.apply(json)))
                .orElseGet(json::copy);
    }

    /** The data of a listed object. */
    byte[] of(WatchParser.Item item) {
        if (!needed) {
            return NONE;
        }
        byte[] json = parser.json(item);
        return edit.isNone() ? json : edit.apply(new ByteSlice(json, 0, json.length));
    }
}

package dev.apiserversource.loadtests.compare.feed;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * ConfigMaps that change in rotation: version v is a change of object {@code v mod count}. So the state at any version
 * is known without a memory of it, and lists, watches and resumed watches agree with each other. Each namespace
 * {@code load-0000}, {@code load-0001} … has the same.
 *
 * <pre>
 *   version   FIRST+0  FIRST+1  …  FIRST+count-1  FIRST+count  FIRST+count+1
 *   object          0        1  …        count-1            0              1
 * </pre>
 */
final class ConfigMaps {

    /** Versions have ten digits, so that each field has a fixed width. */
    static final long FIRST_VERSION = 1_000_000_000L;

    private static final Pattern NAMESPACE = Pattern.compile("load-(\\d{4})");

    private static final String METADATA = """
            "metadata":{"name":"load-#######","namespace":"load-%%%%",\
            "uid":"6f2f3c9e-%%%%-4c8b-9d0c-5d6f1#######",\
            "resourceVersion":"$$$$$$$$$$","creationTimestamp":"2026-01-01T00:00:00Z",\
            "managedFields":[{"manager":"load","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z",\
            "fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{},"f:payload":{},"f:written":{}}}}]}""";
    private static final String DATA_START = ",\"data\":{\"payload\":\"";
    private static final String DATA_END = "\",\"written\":\"nanos-" + Template.STAMP + "\"}";
    private static final String KIND = "\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",";
    private static final String PARTIAL_KIND = "\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",";
    private static final String LINE = "the quick brown fox jumps over the lazy dog, line of a file\\n";

    private final int count;
    private final Form whole;
    private final Form metadata;

    /**
     * A set of objects.
     *
     * @param count number of objects in a namespace
     * @param bytes JSON of one object, if that is enough for its metadata
     */
    ConfigMaps(int count, int bytes) {
        this.count = count;
        int others = METADATA.length() + DATA_START.length() + DATA_END.length() + KIND.length() + 2;
        String fields = METADATA + DATA_START + payload(Math.max(0, bytes - others)) + DATA_END;
        this.whole = Form.of(KIND, fields, "{" + fields + "}");
        String partial = "{" + PARTIAL_KIND + METADATA + "}";
        this.metadata = Form.of(PARTIAL_KIND, METADATA, partial);
    }

    /** Pieces of a text file: letters, and an escape in each line. */
    private static String payload(int length) {
        String lines = LINE.repeat(length / LINE.length());
        return lines + "x".repeat(length - lines.length());
    }

    /**
     * The same objects in one of the two forms that a client can ask for.
     *
     * @param added a watch frame of a listed object
     * @param modified a watch frame of a change
     * @param item an item of a list
     */
    record Form(Template added, Template modified, Template item) {

        private static Form of(String kind, String fields, String item) {
            String object = "\"object\":{" + kind + fields + "}}\n";
            return new Form(
                    new Template("{\"type\":\"ADDED\"," + object),
                    new Template("{\"type\":\"MODIFIED\"," + object),
                    new Template(item));
        }
    }

    int count() {
        return count;
    }

    /** The form for this Accept header. */
    Form form(String accept) {
        return accept.contains("as=PartialObjectMetadata") ? metadata : whole;
    }

    /** The number of a namespace that has objects. */
    static OptionalInt numberOf(String namespace) {
        Matcher name = NAMESPACE.matcher(namespace);
        return name.matches() ? OptionalInt.of(Integer.parseInt(name.group(1))) : OptionalInt.empty();
    }

    /** The version at which all objects exist. */
    long completeVersion() {
        return FIRST_VERSION + count - 1;
    }

    /** The change that leads to {@code version}. */
    ObjectState change(int namespace, long version) {
        return new ObjectState(namespace, (version - FIRST_VERSION) % count, version);
    }

    /** The state of an object when the collection is at {@code version}. */
    ObjectState state(int namespace, long number, long version) {
        long changesSince = Math.floorMod(version - FIRST_VERSION - number, (long) count);
        return new ObjectState(namespace, number, version - changesSince);
    }
}

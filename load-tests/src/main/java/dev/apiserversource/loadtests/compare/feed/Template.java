package dev.apiserversource.loadtests.compare.feed;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * JSON text in which a few fields of fixed width are replaced. So an object costs one copy of memory and some digits.
 */
final class Template {

    /** Digits of the number of a namespace: up to ten thousand. */
    static final String NAMESPACE = "%%%%";

    /** Digits of an object's number: up to ten million. */
    static final String NUMBER = "#######";

    /** Digits of a resourceVersion. */
    static final String VERSION = "$$$$$$$$$$";

    /** Digits of {@link System#nanoTime()}. */
    static final String STAMP = "~~~~~~~~~~~~~~~~~~~";

    private final byte[] text;
    private final List<Integer> namespaces;
    private final List<Integer> numbers;
    private final List<Integer> versions;
    private final List<Integer> stamps;

    /** A template of ASCII text. A field can occur in it any number of times. */
    Template(String text) {
        this.text = text.getBytes(StandardCharsets.US_ASCII);
        this.namespaces = places(text, NAMESPACE);
        this.numbers = places(text, NUMBER);
        this.versions = places(text, VERSION);
        this.stamps = places(text, STAMP);
    }

    private static List<Integer> places(String text, String field) {
        List<Integer> places = new ArrayList<>();
        for (int at = text.indexOf(field); at >= 0; at = text.indexOf(field, at + field.length())) {
            places.add(at);
        }
        return places;
    }

    int length() {
        return text.length;
    }

    /** Writes the text with these values to {@code target} from index {@code at} on; returns the index behind it. */
    int fill(byte[] target, int at, ObjectState object, long nanos) {
        System.arraycopy(text, 0, target, at, text.length);
        digits(target, at, namespaces, NAMESPACE.length(), object.namespace());
        digits(target, at, numbers, NUMBER.length(), object.number());
        digits(target, at, versions, VERSION.length(), object.version());
        digits(target, at, stamps, STAMP.length(), nanos);
        return at + text.length;
    }

    private static void digits(byte[] target, int at, List<Integer> places, int width, long value) {
        for (int i = 0; i < places.size(); i++) {
            int first = at + places.get(i);
            long rest = value;
            for (int digit = first + width - 1; digit >= first; digit--) {
                target[digit] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
        }
    }
}

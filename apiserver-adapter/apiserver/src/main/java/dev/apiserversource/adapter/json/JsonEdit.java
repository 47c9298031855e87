package dev.apiserversource.adapter.json;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Removes members of JSON objects and replaces values, by their paths. All other bytes stay as they are: nothing is
 * decoded and written again.
 *
 * <p>A path matches wherever the objects and arrays on its way are. An object that has a name twice has two members
 * that match.
 */
public final class JsonEdit {

    /** In a path: every member of an object, every element of an array. */
    public static final String ANY = "*";

    private static final byte[] REMOVED = {};

    private final Node root = new Node();

    /** An edit by these rules. */
    public JsonEdit(List<Rule> rules) {
        rules.forEach(root::add);
    }

    /**
     * What happens at one path.
     *
     * @param path names of members and indices of elements from the root, or {@link #ANY}; at least one
     * @param replacement the JSON that replaces the value there; empty to remove the member of an object,
     *     which takes precedence
     */
    public record Rule(List<String> path, String replacement) {

        /** Removes a member. */
        public static Rule remove(List<String> path) {
            return new Rule(path, "");
        }
    }

    /**
     * The path that a <a href="https://www.rfc-editor.org/rfc/rfc6901">JSON pointer</a> names.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static List<String> path(String pointer) {
        if (!pointer.startsWith("/")) {
            throw new IllegalArgumentException("does not begin with a slash");
        }
        if (pointer.replace("~0", "").replace("~1", "").contains("~")) {
            throw new IllegalArgumentException("has a ~ that is neither ~0 (for ~) nor ~1 (for /)");
        }
        return Arrays.stream(pointer.substring(1).split("/", -1))
                .map(token -> token.replace("~1", "/").replace("~0", "~"))
                .toList();
    }

    /** Whether nothing is changed. */
    public boolean isNone() {
        return root.isEmpty();
    }

    /** The bytes of the object {@code json} with all changes, in an array of their own. */
    public byte[] apply(ByteSlice json) {
        if (root.isEmpty()) {
            return json.copy();
        }
        Cuts cuts = new Cuts(json);
        new Walk(json.bytes(), cuts).value(json.from(), List.of(root));
        return cuts.result();
    }

    /**
     * The bytes of the object {@code json} without the member {@code name} that has this {@code value}, which is a part
     * of {@code json}. Empty if the name is not written as it is, but with escapes.
     */
    public static Optional<byte[]> without(ByteSlice json, String name, ByteSlice value) {
        byte[] bytes = json.bytes();
        byte[] quoted = ("\"" + name + "\"").getBytes(StandardCharsets.UTF_8);
        int key = skipSpaceBack(bytes, skipSpaceBack(bytes, value.from()) - 1) - quoted.length;
        if (key <= json.from() || !Arrays.equals(bytes, key, key + quoted.length, quoted, 0, quoted.length)) {
            return Optional.empty();
        }
        int before = skipSpaceBack(bytes, key);
        Cuts cuts = new Cuts(json);
        if (bytes[before - 1] == ',') {
            cuts.replace(skipSpaceBack(bytes, before - 1), value.to(), REMOVED);
        } else {
            int next = JsonBytes.nextAfter(bytes, value.to());
            cuts.replace(key, bytes[next] == '}' ? value.to() : next, REMOVED);
        }
        return Optional.of(cuts.result());
    }

    /** The index after the last byte before {@code to} that is no white space. */
    private static int skipSpaceBack(byte[] bytes, int to) {
        int i = to;
        while (bytes[i - 1] == ' ' || bytes[i - 1] == '\n' || bytes[i - 1] == '\r' || bytes[i - 1] == '\t') {
            i--;
        }
        return i;
    }

    /** A set of paths with a common beginning. */
    private static final class Node {

        private final List<Child> children = new ArrayList<>();
        private byte @Nullable [] replacement;

        @SuppressWarnings("ArrayRecordComponent") // never compared
        private record Child(String name, byte[] utf8, Node node) {}

        void add(Rule rule) {
            Node node = this;
            for (String name : rule.path()) {
                node = node.child(name);
            }
            if (rule.replacement().isEmpty()) {
                node.replacement = REMOVED;
            } else if (node.replacement != REMOVED) {
                node.replacement = rule.replacement().getBytes(StandardCharsets.UTF_8);
            }
        }

        private Node child(String name) {
            for (Child child : children) {
                if (child.name().equals(name)) {
                    return child.node();
                }
            }
            Child added = new Child(name, name.getBytes(StandardCharsets.UTF_8), new Node());
            children.add(added);
            return added.node();
        }

        boolean isEmpty() {
            return children.isEmpty();
        }
    }

    /** One pass through the bytes, which descends only where a path leads. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Walk(byte[] bytes, Cuts cuts) {

        /** The value at {@code at}, to which {@code nodes} lead. Returns the index after it. */
        int value(int at, List<Node> nodes) {
            for (Node node : nodes) {
                if (node.replacement != null) {
                    int end = JsonBytes.endOfValue(bytes, at);
                    cuts.replace(at, end, node.replacement);
                    return end;
                }
            }
            return switch (bytes[at]) {
                case '{' -> object(at, nodes);
                case '[' -> array(at, nodes);
                default -> JsonBytes.endOfValue(bytes, at);
            };
        }

        private int object(int at, List<Node> nodes) {
            Members members = new Members();
            return JsonBytes.eachMember(bytes, at, (key, keyEnd, value) -> {
                List<Node> next = new ArrayList<>(0);
                for (Node node : nodes) {
                    for (Node.Child child : node.children) {
                        if (child.name().equals(ANY) || JsonBytes.isString(bytes, key, keyEnd, child.utf8())) {
                            next.add(child.node());
                        }
                    }
                }
                if (next.stream().anyMatch(node -> node.replacement == REMOVED)) {
                    return members.remove(key, JsonBytes.endOfValue(bytes, value));
                }
                return members.keep(next.isEmpty() ? JsonBytes.endOfValue(bytes, value) : value(value, next));
            });
        }

        private int array(int at, List<Node> nodes) {
            int i = JsonBytes.skipSpace(bytes, at + 1);
            for (int index = 0; bytes[i] != ']'; index++) {
                List<Node> next = new ArrayList<>(0);
                String name = Integer.toString(index);
                for (Node node : nodes) {
                    for (Node.Child child : node.children) {
                        if (child.name().equals(ANY) || child.name().equals(name)) {
                            next.add(child.node());
                        }
                    }
                }
                next.removeIf(node -> node.replacement == REMOVED);
                int end = next.isEmpty() ? JsonBytes.endOfValue(bytes, i) : value(i, next);
                i = JsonBytes.nextAfter(bytes, end);
            }
            return i + 1;
        }

        /** The members of one object: which comma goes with a removed one. */
        private final class Members {

            private boolean kept;
            private int previousEnd;

            int keep(int end) {
                kept = true;
                previousEnd = end;
                return end;
            }

            /** With the comma before it, or behind it as long as it is the first. */
            int remove(int key, int end) {
                if (kept) {
                    cuts.replace(previousEnd, end, REMOVED);
                } else {
                    int next = JsonBytes.nextAfter(bytes, end);
                    cuts.replace(key, bytes[next] == '}' ? end : next, REMOVED);
                }
                previousEnd = end;
                return end;
            }
        }
    }

    /** What is cut out of a slice, in order, and what replaces it. */
    private static final class Cuts {

        private final ByteSlice slice;
        private final List<Cut> cuts = new ArrayList<>();
        private int length;

        @SuppressWarnings("ArrayRecordComponent") // never compared
        private record Cut(int from, int to, byte[] replacement) {}

        Cuts(ByteSlice slice) {
            this.slice = slice;
            this.length = slice.length();
        }

        void replace(int from, int to, byte[] replacement) {
            cuts.add(new Cut(from, to, replacement));
            length += replacement.length - (to - from);
        }

        byte[] result() {
            byte[] result = new byte[length];
            int from = slice.from();
            int at = 0;
            for (Cut cut : cuts) {
                at = append(result, at, slice.bytes(), from, cut.from());
                at = append(result, at, cut.replacement(), 0, cut.replacement().length);
                from = cut.to();
            }
            append(result, at, slice.bytes(), from, slice.to());
            return result;
        }

        private static int append(byte[] to, int at, byte[] source, int from, int end) {
            System.arraycopy(source, from, to, at, end - from);
            return at + end - from;
        }
    }
}

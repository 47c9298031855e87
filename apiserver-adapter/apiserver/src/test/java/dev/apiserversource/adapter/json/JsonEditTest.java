package dev.apiserversource.adapter.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.adapter.json.JsonEdit.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JsonEditTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The text is a slice in the middle of an array, as a frame is of a chunk. */
    private static String edited(String text, Rule... rules) {
        byte[] chunk = ("{\"x\":" + text + "}\n{").getBytes(StandardCharsets.UTF_8);
        byte[] slice = text.getBytes(StandardCharsets.UTF_8);
        return new String(
                new JsonEdit(List.of(rules)).apply(new ByteSlice(chunk, 5, 5 + slice.length)), StandardCharsets.UTF_8);
    }

    private static Rule removal(String pointer) {
        return Rule.remove(JsonEdit.path(pointer));
    }

    private static Rule replacement(String pointer) {
        return new Rule(JsonEdit.path(pointer), "\"#\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'m':{'a':1,'f':[{'a':2}],'b':3}} | {'m':{'a':1,'b':3}}",
                "{'m':{'f':[],'b':3}} | {'m':{'b':3}}",
                "{'m':{'a':1,'f':{}}} | {'m':{'a':1}}",
                "{'m':{'f':1}} | {'m':{}}",
                "{'m':{'f':1,'f':2,'a':3,'f':4}} | {'m':{'a':3}}",
                "{'m':{'a':1,'f':1,'f':2}} | {'m':{'a':1}}",
                "{'m':{'f':1},'m':{'f':2,'g':3}} | {'m':{},'m':{'g':3}}",
                "{ 'm' : { 'a' : 1 , 'f' : 2 , 'b' : 3 } } | { 'm' : { 'a' : 1 , 'b' : 3 } }",
                "{ 'm' : { 'f' : 2 , 'b' : 3 } } | { 'm' : { 'b' : 3 } }",
                "{'m':{'a':'f','\\u0066':'},\\\\','b':'\\\"f\\\":1'}} | {'m':{'a':'f','b':'\\\"f\\\":1'}}",
                "{'f':1,'x':{'f':2},'m':[{'f':3}]} | {'f':1,'x':{'f':2},'m':[{'f':3}]}",
                "{'m':null} | {'m':null}",
                "{'m':{'ü☁️':'☁️','f':'ü','🙂':1}} | {'m':{'ü☁️':'☁️','🙂':1}}",
                "{} | {}"
            })
    void cutsAMemberWithItsComma(String text, String result) {
        assertThat(edited(quoted(text), removal("/m/f"))).isEqualTo(quoted(result));
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/a/b | {'a':{'b':{'c':[1]},'d':2}} | {'a':{'b':'#','d':2}}",
                "/a/* | {'a':{'b':1,'c':null,'d':[1,{}]},'b':1} | {'a':{'b':'#','c':'#','d':'#'},'b':1}",
                "/a/1/b | {'a':[{'b':1},{'b':2},{'b':3}]} | {'a':[{'b':1},{'b':'#'},{'b':3}]}",
                "/a/*/b | {'a':[{'b':1},2,[3],{'c':4,'b':true}]} | {'a':[{'b':'#'},2,[3],{'c':4,'b':'#'}]}",
                "/a/0 | {'a':{'0':1,'1':2}} | {'a':{'0':'#','1':2}}",
                "/a~1b/~0c | {'a/b':{'~c':1}} | {'a/b':{'~c':'#'}}",
                "/a/ | {'a':{'':1,'b':2}} | {'a':{'':'#','b':2}}",
                "/a | {'a':-1.5e+3} | {'a':'#'}",
                "/a | { 'a' : false } | { 'a' : '#' }"
            })
    void replacesAValueOfAnyType(String pointer, String text, String result) {
        assertThat(edited(quoted(text), replacement(pointer))).isEqualTo(quoted(result));
    }

    @Test
    void combinesPathsWithACommonBeginning() {
        assertThat(edited(
                        "{\"a\":{\"b\":1,\"c\":2,\"d\":{\"e\":3}},\"f\":4}",
                        replacement("/a/b"),
                        removal("/a/c"),
                        replacement("/*/d/e"),
                        replacement("/f")))
                .isEqualTo("{\"a\":{\"b\":\"#\",\"d\":{\"e\":\"#\"}},\"f\":\"#\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/a~", "/~2"})
    void refusesAMalformedPointer(String pointer) {
        assertThatThrownBy(() -> JsonEdit.path(pointer)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Random objects, written with random white space and escapes, are compared with an edit of their tree. */
    @Test
    void equalsAnEditOfTheTree() throws JsonProcessingException {
        for (int seed = 0; seed < 3_000; seed++) {
            RandomJson random = new RandomJson(new SplittableRandom(seed));
            ObjectNode object = random.object(4);
            String text = random.text(object);
            List<Rule> rules = random.rules();

            JsonNode result = MAPPER.readTree(edited(text, rules.toArray(Rule[]::new)));

            JsonNode expected = object.deepCopy();
            rules.forEach(rule -> edit(expected, rule.path(), rule.replacement()));
            assertThat(result).as("seed %d: %s by %s", seed, text, rules).isEqualTo(expected);
        }
    }

    /** What no path leads to keeps every byte. */
    @Test
    void keepsEveryByteOfWhatItDoesNotChange() {
        for (int seed = 0; seed < 1_000; seed++) {
            RandomJson random = new RandomJson(new SplittableRandom(seed));
            String text = random.text(random.object(4));
            assertThat(edited(text, removal("/absent/0"), replacement("/0/0/0/0/0/0")))
                    .isEqualTo(text);
            String with = "{\"m\":" + text + ",\"f\":" + text + ",\"n\":" + text + "}";
            assertThat(edited(with, removal("/f"))).isEqualTo("{\"m\":" + text + ",\"n\":" + text + "}");
        }
    }

    /** Applied to the tree: removals first take precedence, as a removed value has no inner values. */
    private static void edit(JsonNode node, List<String> path, String replacement) {
        String name = path.get(0);
        boolean last = path.size() == 1;
        List<String> rest = path.subList(1, path.size());
        if (node instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            names.stream().filter(n -> name.equals("*") || name.equals(n)).forEach(n -> {
                if (!last) {
                    edit(object.get(n), rest, replacement);
                } else if (replacement.isEmpty()) {
                    object.remove(n);
                } else {
                    object.put(n, "#");
                }
            });
        } else if (node instanceof ArrayNode array) {
            IntStream.range(0, array.size())
                    .filter(i -> name.equals("*") || name.equals(Integer.toString(i)))
                    .forEach(i -> {
                        if (!last) {
                            edit(array.get(i), rest, replacement);
                        } else if (!replacement.isEmpty()) {
                            array.set(i, MAPPER.getNodeFactory().textNode("#"));
                        }
                    });
        }
    }

    /** Few names, so that random paths match. */
    private record RandomJson(SplittableRandom random) {

        private static final List<String> NAMES = List.of("a", "b", "0", "1", "ü", "\"", "\\", "☁️", "a/b", "~", "");
        private static final List<String> SPACE = List.of("", "", " ", "\n\t", "\r\n  ");

        ObjectNode object(int depth) {
            ObjectNode object = MAPPER.createObjectNode();
            int members = random.nextInt(5);
            for (int i = 0; i < members; i++) {
                object.set(NAMES.get(random.nextInt(NAMES.size())), value(depth - 1));
            }
            return object;
        }

        private JsonNode value(int depth) {
            return switch (depth > 0 ? random.nextInt(8) : random.nextInt(6)) {
                case 0 -> MAPPER.getNodeFactory().textNode("{}[],:\"\\" + NAMES.get(random.nextInt(NAMES.size())));
                case 1 -> MAPPER.getNodeFactory().numberNode(random.nextInt(-1_000, 1_000));
                case 2 -> MAPPER.getNodeFactory().booleanNode(random.nextBoolean());
                case 3 -> MAPPER.getNodeFactory().nullNode();
                case 4 -> MAPPER.getNodeFactory().numberNode(random.nextInt(1_000) / 8.0);
                case 5 -> MAPPER.getNodeFactory().textNode("");
                case 6 -> object(depth);
                default -> {
                    ArrayNode array = MAPPER.createArrayNode();
                    int elements = random.nextInt(4);
                    for (int i = 0; i < elements; i++) {
                        array.add(value(depth - 1));
                    }
                    yield array;
                }
            };
        }

        String text(JsonNode node) {
            StringBuilder text = new StringBuilder();
            write(node, text);
            return text.toString();
        }

        private void write(JsonNode node, StringBuilder to) {
            if (node.isObject()) {
                to.append('{').append(space());
                List<String> separator = new ArrayList<>(List.of(""));
                node.properties().forEach(member -> {
                    to.append(separator.set(0, ",")).append(space());
                    write(member.getKey(), to);
                    to.append(space()).append(':').append(space());
                    write(member.getValue(), to);
                    to.append(space());
                });
                to.append('}');
            } else if (node.isArray()) {
                to.append('[').append(space());
                for (int i = 0; i < node.size(); i++) {
                    to.append(i == 0 ? "" : ",").append(space());
                    write(node.get(i), to);
                    to.append(space());
                }
                to.append(']');
            } else if (node.isTextual()) {
                write(node.textValue(), to);
            } else {
                to.append(node);
            }
        }

        private void write(String value, StringBuilder to) {
            to.append('"');
            value.chars().forEach(c -> {
                if (c == '"' || c == '\\') {
                    to.append(random.nextBoolean() ? "\\" + (char) c : "\\u%04x".formatted(c));
                } else {
                    to.append(random.nextInt(4) == 0 ? "\\u%04X".formatted(c) : "" + (char) c);
                }
            });
            to.append('"');
        }

        private String space() {
            return SPACE.get(random.nextInt(SPACE.size()));
        }

        /** Disjoint kinds: removals at the first level, replacements below others. */
        List<Rule> rules() {
            List<Rule> rules = new ArrayList<>();
            rules.add(Rule.remove(List.of(NAMES.get(random.nextInt(3)))));
            int replaced = random.nextInt(3);
            for (int i = 0; i < replaced; i++) {
                List<String> path = new ArrayList<>();
                int length = 1 + random.nextInt(4);
                for (int n = 0; n < length; n++) {
                    path.add(random.nextInt(4) == 0 ? "*" : NAMES.get(random.nextInt(NAMES.size())));
                }
                if (path.size() > 1 || !path.get(0).equals("*")) {
                    rules.add(new Rule(path, "\"#\""));
                }
            }
            return rules;
        }
    }
}

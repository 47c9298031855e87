package dev.apiserversource.adapter.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import dev.apiserversource.adapter.model.PreviousState;
import dev.apiserversource.adapter.model.PreviousStateFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

import static org.assertj.core.api.Assertions.assertThat;

class ChangeEnvelopeTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SCHEMA = Path.of("schemas/dev.apiserversource.change.v1.json");

    private static JsonNode envelope(String before, String after) throws IOException {
        return JSON.readTree(ChangeEnvelope.of(utf8(after), PreviousStateFixture.of("41", utf8(before))));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':1}                | {'a':2}              | {'a':2}                | {'a':1}",
                "{'a':1}                | {}                   | {'a':null}             | {'a':1}",
                "{}                     | {'a':{'b':1}}        | {'a':{'b':1}}          | {'a':null}",
                "{'a':{'b':1,'c':2}}    | {'a':{'b':1,'c':3}}  | {'a':{'c':3}}          | {'a':{'c':2}}",
                "{'a':{'b':1}}          | {'a':{}}             | {'a':{'b':null}}       | {'a':{'b':1}}",
                "{'a':[{'b':1},2]}      | {'a':[{'b':3},2]}    | {'a':[{'b':3},2]}      | {'a':[{'b':1},2]}",
                "{'a':{'b':1}}          | {'a':'text'}         | {'a':'text'}           | {'a':{'b':1}}",
                "{'a':null,'b':null}    | {'a':1}              | {'a':1}                | {'a':null}",
                "{'a':1}                | {'a':1,'b':null}     | {}                     | {}",
                "{'a':1.10,'b':{'c':1}} | {'b':{'c':1},'a':1.1}| {}                     | {}",
                "{'a':12345678901234567}| {'a':1e400}          | {'a':1E+400}           | {'a':12345678901234567}"
            })
    void patchesNameWhatDiffers(String before, String after, String patch, String reversePatch) throws IOException {
        byte[] envelope = ChangeEnvelope.of(utf8(json(after)), PreviousStateFixture.of("41", utf8(json(before))));

        assertThat(new String(envelope, StandardCharsets.UTF_8))
                .isEqualTo(json("{'object':" + after + ",'previous':{'resourceVersion':'41','patch':" + patch
                        + ",'reversePatch':" + reversePatch + "}}"));
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    @Test
    void theObjectIsInItByteForByte() {
        String object = "{ \"a\" : 1.50, \"\\u00fc\":\"ü\" }";
        byte[] envelope = ChangeEnvelope.of(utf8(object), PreviousState.UNKNOWN);

        assertThat(new String(envelope, StandardCharsets.UTF_8)).isEqualTo("{\"object\":" + object + "}");
    }

    @Test
    void thePatchesLeadFromOneStateToTheOther() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 2_000; i++) {
            ObjectNode before = randomObject(random, 3);
            ObjectNode after = randomObject(random, 3);
            JsonNode previous = envelope(before.toString(), after.toString()).path("previous");

            assertThat(merged(before, previous.path("patch"))).isEqualTo(after);
            assertThat(merged(after, previous.path("reversePatch"))).isEqualTo(before);
        }
    }

    /** Without null, which a merge patch cannot express. */
    private static ObjectNode randomObject(SplittableRandom random, int depth) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (String name : List.of("a", "b", "c", "d")) {
            switch (random.nextInt(depth == 0 ? 3 : 5)) {
                case 0 -> object.put(name, random.nextInt(2));
                case 1 -> object.putArray(name).add(random.nextInt(2)).addObject();
                case 3, 4 -> object.set(name, randomObject(random, depth - 1));
                default -> {}
            }
        }
        return object;
    }

    /** The algorithm of RFC 7396, section 2. */
    private static JsonNode merged(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode result = target.isObject() ? target.deepCopy() : JsonNodeFactory.instance.objectNode();
        patch.properties().forEach(member -> {
            if (member.getValue().isNull()) {
                result.remove(member.getKey());
            } else {
                result.set(member.getKey(), merged(result.path(member.getKey()), member.getValue()));
            }
        });
        return result;
    }

    @Test
    void conformsToItsSchema() throws IOException {
        Schema schema = SchemaRegistry.withDialect(Dialects.getDraft202012())
                .getSchema(JSON.readTree(Files.readString(SCHEMA)));
        String before = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}";
        String after = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},\"data\":{}}";

        assertThat(schema.validate(envelope(before, after))).isEmpty();
        assertThat(schema.validate(JSON.readTree(ChangeEnvelope.of(utf8(after), PreviousState.UNKNOWN))))
                .isEmpty();
        assertThat(schema.validate(JSON.readTree(after))).isNotEmpty();
        assertThat(JSON.readTree(Files.readString(SCHEMA)).path("$id").textValue())
                .isEqualTo(ChangeEnvelope.SCHEMA.toString());
    }
}

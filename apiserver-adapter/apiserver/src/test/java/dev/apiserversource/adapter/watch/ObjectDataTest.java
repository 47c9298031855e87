package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.json.Bytes;
import dev.apiserversource.adapter.model.DataPolicy;
import dev.apiserversource.adapter.model.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class ObjectDataTest {

    private static final ResourceType SECRETS = new ResourceType("", "v1", "secrets", "Secret", true);
    private static final ResourceType OTHER_SECRETS =
            new ResourceType("vault.example", "v1", "secrets", "Secret", true);
    private static final String SECRET = """
            {"kind":"Secret","apiVersion":"v1","metadata":{"name":"s","resourceVersion":"1","annotations":\
            {"kubectl.kubernetes.io/last-applied-configuration":"{\\"data\\":{\\"p\\":\\"aHVudGVyMg==\\"}}","a":"b"},\
            "managedFields":[{"fieldsV1":{"f:data":{"f:p":{}}}}]},\
            "data":{"p":"aHVudGVyMg==","q":""},"stringData":{"r":"hunter2"},"type":"Opaque"}""";

    private static String data(ResourceType type, DataPolicy policy, String object, String... redactPaths) {
        return new String(ObjectData.of(type, policy, List.of(redactPaths)).of(frame(object)), StandardCharsets.UTF_8);
    }

    private static WatchParser.WatchFrame.Changed frame(String object) {
        try {
            String frame = "{\"type\":\"MODIFIED\",\"object\":" + object + "}";
            return (WatchParser.WatchFrame.Changed) new WatchParser(SECRETS).frame(Bytes.slice(frame));
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void valuesOfSecretsAreReplaced() {
        assertThat(data(SECRETS, DataPolicy.DEFAULTS, SECRET)).isEqualTo("""
                {"kind":"Secret","apiVersion":"v1","metadata":{"name":"s","resourceVersion":"1","annotations":\
                {"kubectl.kubernetes.io/last-applied-configuration":"redacted","a":"b"},\
                "managedFields":[{"fieldsV1":{"f:data":{"f:p":{}}}}]},\
                "data":{"p":"cmVkYWN0ZWQ=","q":"cmVkYWN0ZWQ="},"stringData":{"r":"redacted"},"type":"Opaque"}""");
        assertThat(Base64.getDecoder().decode("cmVkYWN0ZWQ=")).asString().isEqualTo("redacted");
    }

    @Test
    void valuesOfSecretsAreKeptOnRequest() {
        assertThat(data(SECRETS, new DataPolicy(true, false), SECRET)).isEqualTo(SECRET);
    }

    @Test
    void otherKindsOfThatNameAreKept() {
        assertThat(data(OTHER_SECRETS, DataPolicy.DEFAULTS, SECRET)).isEqualTo(SECRET);
    }

    @Test
    void managedFieldsAreLeftOutOnRequest() {
        assertThat(data(OTHER_SECRETS, new DataPolicy(false, true), SECRET))
                .isEqualTo(SECRET.replace(",\"managedFields\":[{\"fieldsV1\":{\"f:data\":{\"f:p\":{}}}}]", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'name':'a','resourceVersion':'1','managedFields':[{'a':[]}]} | {'name':'a','resourceVersion':'1'}",
                "{'managedFields':[],'name':'a','resourceVersion':'1'} | {'name':'a','resourceVersion':'1'}",
                "{'name':'a','managedFields':[ ] , 'resourceVersion':'1'} | {'name':'a' , 'resourceVersion':'1'}",
                "{ 'name':'a','resourceVersion':'1' , 'managedFields' : [] } | { 'name':'a','resourceVersion':'1' }",
                "{'name':'a','resourceVersion':'1','managedFields':null} | {'name':'a','resourceVersion':'1'}",
                "{'managedFields':[1],'name':'a','managedFields':[2],'resourceVersion':'1'}"
                        + "| {'name':'a','resourceVersion':'1'}",
                "{'name':'a','managed\\u0046ields':[1],'resourceVersion':'1'} | {'name':'a','resourceVersion':'1'}",
                "{'name':'a','resourceVersion':'1','labels':{'managedFields':'[]'}}"
                        + "| {'name':'a','resourceVersion':'1','labels':{'managedFields':'[]'}}"
            })
    void cutsManagedFieldsWhereverTheyAre(String metadata, String result) {
        String object = "{'metadata':%s,'spec':{'managedFields':[1]}}";
        DataPolicy omitted = new DataPolicy(false, true);
        for (String path : List.of("", "/absent")) {
            String[] paths = path.isEmpty() ? new String[0] : new String[] {path};
            assertThat(data(OTHER_SECRETS, omitted, object.formatted(metadata).replace('\'', '"'), paths))
                    .isEqualTo(object.formatted(result).replace('\'', '"'));
        }
    }

    /** kubectl has copied the value into an annotation. */
    @Test
    void aRedactedValueIsNotInTheLastAppliedConfigurationEither() {
        assertThat(data(OTHER_SECRETS, DataPolicy.DEFAULTS, SECRET, "/data/p"))
                .contains(
                        "\"last-applied-configuration\":\"redacted\"".replace("\"last", "\"kubectl.kubernetes.io/last"))
                .contains("\"data\":{\"p\":\"redacted\",\"q\":\"\"}")
                .doesNotContain("aHVudGVyMg==");
    }

    @Test
    void listedObjectsAreEditedToo() throws IOException {
        String item = "{\"metadata\":{\"name\":\"s\",\"resourceVersion\":\"1\"},\"data\":{\"p\":\"aHVudGVyMg==\"}}";
        byte[] data = ObjectData.of(SECRETS, DataPolicy.DEFAULTS, List.of())
                .of(new WatchParser(SECRETS).item(Bytes.slice(item)));

        assertThat(new String(data, StandardCharsets.UTF_8))
                .isEqualTo("{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"s\","
                        + "\"resourceVersion\":\"1\"},\"data\":{\"p\":\"cmVkYWN0ZWQ=\"}}");
    }

    @Test
    void referencesHaveNoData() {
        assertThat(ObjectData.none(SECRETS).of(frame(SECRET))).isEmpty();
    }
}

package dev.apiserversource.samples.embedded.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What the protocol cases do not show of a schema. */
class CustomResourceSchemaTest {

    @Test
    void prunesBelowListsAndMapsAndReturnsThePaths() {
        CustomResourceSchema schema = schema("""
                {"type":"object","properties":{
                  "list":{"type":"array","items":{"type":"object","properties":{"a":{"type":"string"}}}},
                  "map":{"type":"object","additionalProperties":{"type":"object","properties":{}}}}}""");
        ObjectNode object = object("""
                {"metadata":{"name":"n"},"list":[{"a":"1","b":"2"}],"map":{"key":{"c":"3"}},"d":4}""");

        assertThat(schema.prune(object)).containsExactly("list[0].b", "map.key.c", "d");
        assertThat(object).isEqualTo(object("""
                {"metadata":{"name":"n"},"list":[{"a":"1"}],"map":{"key":{}}}"""));
    }

    @Test
    void keepsEverythingBelowAPreservedField() {
        CustomResourceSchema schema = schema("""
                {"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{
                  "known":{"type":"object","properties":{}}}}""");

        assertThat(schema.prune(object("{\"free\":{\"a\":[{\"b\":1}]},\"known\":{\"c\":1}}")))
                .containsExactly("known.c");
    }

    @Test
    void keepsTypeAndMetadataOfAnEmbeddedResource() {
        CustomResourceSchema schema = schema("""
                {"type":"object","properties":{"template":{"type":"object","x-kubernetes-embedded-resource":true}}}""");
        ObjectNode object = object("""
                {"template":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{}}}""");

        assertThat(schema.prune(object)).containsExactly("template.spec");
    }

    @Test
    void setsDefaultsBelowListsButNotInAbsentObjects() {
        CustomResourceSchema schema = schema("""
                {"type":"object","properties":{
                  "list":{"type":"array","items":{"type":"object","properties":{"a":{"type":"integer","default":1}}}},
                  "absent":{"type":"object","properties":{"b":{"type":"integer","default":2}}}}}""");
        ObjectNode object = object("{\"list\":[{},{\"a\":5}]}");

        schema.applyDefaults(object);

        assertThat(object).isEqualTo(object("{\"list\":[{\"a\":1},{\"a\":5}]}"));
    }

    @Test
    void evaluatesAlternatives() {
        CustomResourceSchema schema = schema("""
                {"type":"object","oneOf":[{"required":["ref"]},{"required":["uri"]}],
                 "properties":{"ref":{"type":"string"},"uri":{"type":"string"}}}""");

        assertThat(schema.validate(object("{\"ref\":\"r\"}"))).isEmpty();
        assertThat(schema.validate(object("{\"ref\":\"r\",\"uri\":\"u\"}"))).isNotEmpty();
    }

    @Test
    void ignoresCelRules() {
        CustomResourceSchema schema = schema("""
                {"type":"object","x-kubernetes-validations":[{"rule":"false","message":"never"}]}""");

        assertThat(schema.validate(object("{}"))).isEmpty();
    }

    private static CustomResourceSchema schema(String json) {
        return new CustomResourceSchema(object(json));
    }

    private static ObjectNode object(String json) {
        return Json.parseObject(Buffer.buffer(json));
    }
}

package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.json.Bytes;
import dev.apiserversource.adapter.model.ChangedPart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.SplittableRandom;

import static org.assertj.core.api.Assertions.assertThat;

class PartDigestTest {

    private static final String OBJECT = """
            {"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","resourceVersion":"1","generation":1,\
            "labels":{"a":"b"},"managedFields":[{"manager":"m"}]},"spec":{"x":1},"status":{"phase":"Running"},\
            "data":{"k":"v"}}""";

    private static long digest(ChangedPart part, String object) {
        return new PartDigest(part, new SplittableRandom(1)).of(Bytes.slice(object));
    }

    @ParameterizedTest
    @CsvSource({
        "'\"x\":1', '\"x\":2', true, false, false",
        "'\"k\":\"v\"', '\"k\":\"w\"', true, false, false",
        "'Running', 'Failed', false, true, false",
        "'\"a\":\"b\"', '\"a\":\"c\"', false, false, true",
        "'\"labels\"', '\"annotations\"', false, false, true",
        "'\"resourceVersion\":\"1\"', '\"resourceVersion\":\"2\"', false, false, false",
        "'\"generation\":1', '\"generation\":2', false, false, false",
        "'\"manager\":\"m\"', '\"manager\":\"n\"', false, false, false",
        "'\"apiVersion\":\"v1\",', '', false, false, false",
        "'\"kind\":\"Pod\",', '', false, false, false",
        "',\"status\":{\"phase\":\"Running\"}', '', false, true, false",
        "',\"data\":{\"k\":\"v\"}', '', true, false, false"
    })
    void differsWithItsPartOnly(String from, String to, boolean spec, boolean status, boolean metadata) {
        assertThat(OBJECT).contains(from);
        String changed = OBJECT.replace(from, to);
        assertThat(digest(ChangedPart.SPEC, changed) != digest(ChangedPart.SPEC, OBJECT))
                .isEqualTo(spec);
        assertThat(digest(ChangedPart.STATUS, changed) != digest(ChangedPart.STATUS, OBJECT))
                .isEqualTo(status);
        assertThat(digest(ChangedPart.METADATA, changed) != digest(ChangedPart.METADATA, OBJECT))
                .isEqualTo(metadata);
    }

    @Test
    void dependsOnAKey() {
        long other = new PartDigest(ChangedPart.SPEC, new SplittableRandom(2)).of(Bytes.slice(OBJECT));
        assertThat(other).isNotEqualTo(digest(ChangedPart.SPEC, OBJECT));
    }

    @Test
    void isUnknownWhereNothingIsCompared() {
        assertThat(digest(ChangedPart.ANY, OBJECT)).isZero();
    }

    @Test
    void anObjectWithoutThePartHasADigest() {
        assertThat(digest(ChangedPart.STATUS, "{}")).isNotZero();
        assertThat(digest(ChangedPart.METADATA, "{\"metadata\":null}")).isNotZero();
    }
}

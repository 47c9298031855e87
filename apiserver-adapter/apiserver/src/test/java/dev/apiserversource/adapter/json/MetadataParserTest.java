package dev.apiserversource.adapter.json;

import org.junit.jupiter.api.Test;

import static dev.apiserversource.adapter.json.Bytes.slice;
import static dev.apiserversource.adapter.json.Bytes.within;
import static org.assertj.core.api.Assertions.assertThat;

class MetadataParserTest {

    @Test
    void returnsTheMessageOfAStatusOrTheText() {
        assertThat(MetadataParser.statusMessage(within("{\"kind\":\"Status\",\"message\":\"no such thing\"}")))
                .isEqualTo("no such thing");
        assertThat(MetadataParser.statusMessage(within("{\"error\":1}"))).isEqualTo("{\"error\":1}");
        assertThat(MetadataParser.statusMessage(within(" 502 Bad Gateway\n"))).isEqualTo("502 Bad Gateway");
        assertThat(MetadataParser.statusMessage(slice(""))).isEmpty();
    }
}

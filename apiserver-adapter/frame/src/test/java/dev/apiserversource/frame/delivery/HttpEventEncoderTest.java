package dev.apiserversource.frame.delivery;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class HttpEventEncoderTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"plain~!/:, plain~!/:", "a b, a%20b", "\", %22", "100%, 100%25", "é, %C3%A9", "😀, %F0%9F%98%80"})
    void percentEncodesAttributes(String value, String header) {
        HttpEventEncoder.Message message =
                HttpEventEncoder.encode(Events.builder("1").withSubject(value).build());

        assertThat(message.headers().get("ce-subject")).isEqualTo(header);
    }

    @Test
    void sendsTheContentTypeAsItsOwnHeaderAndTheDataAsBody() {
        HttpEventEncoder.Message message = HttpEventEncoder.encode(Events.event("1"));

        assertThat(message.headers().get("Content-Type")).isEqualTo("application/json");
        assertThat(message.headers().contains("ce-datacontenttype")).isFalse();
        assertThat(message.body()).hasToString("{\"b\":1}");
    }
}

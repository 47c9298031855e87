package dev.apiserversource.frame.delivery;

import io.cloudevents.types.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.OffsetDateTime;

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-29T16:50:01Z",
                "2026-01-02T03:04:00Z",
                "2026-12-31T23:59:59.5Z",
                "2026-01-02T03:04:05.000000001Z",
                "2026-01-02T03:04:05.120345Z",
                "2026-01-02T03:04:05.999999999Z",
                "0999-01-02T03:04:05Z",
                "2026-01-02T03:04:05+01:00",
                "+12026-01-02T03:04:05Z"
            })
    void formatsTimesAsTheSdkDoes(OffsetDateTime time) {
        HttpEventEncoder.Message message =
                HttpEventEncoder.encode(Events.builder("1").withTime(time).build());

        assertThat(message.headers().get("ce-time")).isEqualTo(Time.writeTime(time));
    }

    @Test
    void sendsTheContentTypeAsItsOwnHeaderAndTheDataAsBody() {
        HttpEventEncoder.Message message = HttpEventEncoder.encode(Events.event("1"));

        assertThat(message.headers().get("Content-Type")).isEqualTo("application/json");
        assertThat(message.headers().contains("ce-datacontenttype")).isFalse();
        assertThat(message.body()).hasToString("{\"b\":1}");
    }
}

package dev.apiserversource.adapter.state;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class StreamIdTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'';''; apps||deployments|ns|",
                "app=web;''; apps||deployments|ns|app=web",
                "app=web;status.phase=a|b; apps||deployments|ns|app=web|status.phase=a|b",
                "'';metadata.name=x; apps||deployments|ns||metadata.name=x"
            })
    void itsTextIsReadAgain(String labels, String fields, String text) {
        StreamId id = new StreamId("apps", "", "deployments", "ns", labels, fields);

        assertThat(id.text()).isEqualTo(text);
        assertThat(StreamId.of(text)).isEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"apps||deployments|ns|Resource|app=web;app=web", "apps||deployments|ns|Reference|;''"})
    void theModeOfAnOlderFormatIsDropped(String text, String labels) {
        assertThat(StreamId.ofVersion2(text)).isEqualTo(new StreamId("apps", "", "deployments", "ns", labels, ""));
    }
}

package dev.apiserversource.adapter.filter;

import dev.apiserversource.adapter.filter.AttributeFilter.Match;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class EventFilterTest {

    private static final EventFilter YES = event -> true;
    private static final EventFilter NO = event -> false;

    private static final CloudEvent EVENT = CloudEventBuilder.v1()
            .withId("id-1")
            .withSource(URI.create("https://10.96.0.1:443"))
            .withType("dev.knative.apiserver.resource.add")
            .withSubject("/apis/v1/namespaces/shop/pods/web-0")
            .withTime(OffsetDateTime.parse("2026-01-01T00:00:00Z"))
            .withExtension("name", "web-0")
            .withExtension("replicas", 3)
            .build();

    @ParameterizedTest
    @CsvSource({
        "EXACT, name, web-0, true",
        "EXACT, name, web, false",
        "EXACT, name, WEB-0, false",
        "EXACT, type, dev.knative.apiserver.resource.add, true",
        "EXACT, specversion, 1.0, true",
        "EXACT, id, id-1, true",
        "EXACT, source, https://10.96.0.1:443, true",
        "EXACT, time, 2026-01-01T00:00:00Z, true",
        "EXACT, replicas, 3, true",
        "EXACT, absent, x, false",
        "EXACT, dataschema, x, false",
        "PREFIX, subject, /apis/v1/namespaces/shop/, true",
        "PREFIX, subject, apis/, false",
        "PREFIX, absent, x, false",
        "SUFFIX, type, .add, true",
        "SUFFIX, type, .ad, false",
        "SUFFIX, absent, x, false"
    })
    void comparesAnAttributeAsItIsSent(Match match, String name, String value, boolean passes) {
        assertThat(new AttributeFilter(match, Map.of(name, value)).test(EVENT)).isEqualTo(passes);
    }

    @Test
    void everyAttributeMustMatch() {
        assertThat(new AttributeFilter(Match.EXACT, Map.of("name", "web-0", "id", "id-1")).test(EVENT))
                .isTrue();
        assertThat(new AttributeFilter(Match.EXACT, Map.of("name", "web-0", "id", "id-2")).test(EVENT))
                .isFalse();
    }

    @Test
    void combinesFilters() {
        assertThat(EventFilter.all(List.of(YES, YES)).test(EVENT)).isTrue();
        assertThat(EventFilter.all(List.of(YES, NO)).test(EVENT)).isFalse();
        assertThat(EventFilter.any(List.of(NO, YES)).test(EVENT)).isTrue();
        assertThat(EventFilter.any(List.of(NO, NO)).test(EVENT)).isFalse();
        assertThat(EventFilter.not(YES).test(EVENT)).isFalse();
        assertThat(EventFilter.not(NO).test(EVENT)).isTrue();
        assertThat(EventFilter.none().test(EVENT)).isTrue();
    }

    @Test
    void anAbsentAttributePassesNot() {
        assertThat(EventFilter.not(new AttributeFilter(Match.EXACT, Map.of("absent", "x")))
                        .test(EVENT))
                .isTrue();
    }
}

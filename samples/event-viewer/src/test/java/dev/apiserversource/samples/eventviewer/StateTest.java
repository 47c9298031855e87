package dev.apiserversource.samples.eventviewer;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Settings, and what is kept in memory. */
class StateTest {

    @Test
    void hasDefaults() {
        Settings settings = Settings.of(Map.of("MAX_EVENTS", " "));
        assertThat(settings.address().port()).isEqualTo(8080);
        assertThat(settings.forwardTo()).isNull();
        assertThat(settings.maxEvents()).isEqualTo(10_000);
        assertThat(settings.maxBytes()).isEqualTo(32 * 1024 * 1024);
    }

    @Test
    void namesEveryInvalidVariableAtOnceAndHidesPasswords() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.of(Map.of(
                        "PORT", "http", "FORWARD_TO", "http://user:secret@host", "MAX_EVENTS", "0", "MAX_BYTES", "1")))
                .withMessageContaining("PORT is 'http': give a number from 0 to 65535")
                .withMessageContaining("MAX_EVENTS is '0'")
                .withMessageContaining("MAX_BYTES is '1': give a number from 9437184")
                .withMessageContaining("FORWARD_TO is no sink: give an absolute URL")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
    }

    @Test
    void dropsTheOldestEventsBeyondTheBytes() {
        EventHistory history = new EventHistory(
                100, 3L * new ShownEvent(1, Buffer.buffer(new byte[10]), Buffer.buffer(new byte[90])).size());
        for (int i = 1; i <= 5; i++) {
            history.add(new ShownEvent(i, Buffer.buffer(new byte[10]), Buffer.buffer(new byte[90])));
        }
        assertThat(history.size()).isEqualTo(3);
        assertThat(history.oldest()).isEqualTo(3);
        assertThat(history.get(2)).isNull();

        history.add(new ShownEvent(6, Buffer.buffer(new byte[100_000]), null));

        assertThat(history.size()).isEqualTo(1);
        assertThat(history.get(6)).isNotNull();
        assertThat(history.total()).isEqualTo(6);
    }

    @Test
    void knowsTheLastIdsOfEachSource() {
        KnownIds ids = new KnownIds(2);
        assertThat(ids.firstSequence("/s", "1", 1)).isEqualTo(1);
        assertThat(ids.firstSequence("/t", "1", 2)).isEqualTo(2);
        assertThat(ids.firstSequence("/s", "1", 3)).isEqualTo(1);
        assertThat(ids.firstSequence("/s1", "", 4)).isEqualTo(4);
        assertThat(ids.firstSequence("/t", "1", 5)).as("forgotten").isEqualTo(5);
    }

    @Test
    void countsForTenMinutes() {
        RateCounter rate = new RateCounter();
        rate.count(1000, Category.ADD, false);
        rate.count(1000, Category.GAP, true);
        assertThat(rate.at(1000)).containsExactly(1, 0, 0, 1, 0, 1);
        assertThat(rate.at(1001)).containsExactly(0, 0, 0, 0, 0, 0);

        rate.count(1000 + RateCounter.SECONDS, Category.OTHER, false);

        assertThat(rate.at(1000)).containsExactly(0, 0, 0, 0, 0, 0);
        assertThat(rate.at(1000 + RateCounter.SECONDS)).containsExactly(0, 0, 0, 0, 1, 0);
    }

    @Test
    void knowsTheCategoriesOfTypes() {
        Map<String, Category> categories = Map.of(
                "dev.knative.apiserver.resource.add", Category.ADD,
                "dev.knative.apiserver.ref.update", Category.UPDATE,
                "dev.knative.apiserver.ref.delete", Category.DELETE,
                "dev.apiserversource.gap", Category.GAP,
                "com.example.add", Category.OTHER);
        categories.forEach(
                (type, category) -> assertThat(Category.of(type)).as(type).isEqualTo(category));
    }
}

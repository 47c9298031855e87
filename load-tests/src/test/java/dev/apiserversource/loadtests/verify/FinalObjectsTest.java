package dev.apiserversource.loadtests.verify;

import dev.apiserversource.loadtests.sink.RecordedEvent;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class FinalObjectsTest {

    private static final FinalObjects ONE = new FinalObjects(Map.of("a", "9"));

    @Test
    void nothingIsLostWhenTheLastEventsAreTheFinalObjects() {
        assertThat(ONE.notIn(List.of(event("update", "a", "9"), event("delete", "b", "7"))))
                .isEmpty();
    }

    @Test
    void objectWithoutAnEventIsLost() {
        assertThat(ONE.notIn(List.of())).singleElement().asString().startsWith("a at 9");
    }

    @Test
    void objectWithAnotherVersionIsLost() {
        assertThat(ONE.notIn(List.of(event("add", "a", "8")))).hasSize(1);
    }

    @Test
    void objectWhoseLastEventIsADeleteIsLost() {
        assertThat(ONE.notIn(List.of(event("delete", "a", "9")))).hasSize(1);
    }

    @Test
    void deleteOfAnObjectThatIsGoneIsLost() {
        assertThat(ONE.notIn(List.of(event("add", "a", "9"), event("add", "b", "7"))))
                .containsExactly("delete of b");
    }

    private static RecordedEvent event(String verb, String subject, String version) {
        Map<String, String> attributes = Map.of("type", "any." + verb, "subject", subject, "resourceversion", version);
        return new RecordedEvent(attributes, Map.of(), Buffer.buffer(), 0);
    }
}

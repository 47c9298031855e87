package dev.apiserversource.loadtests.sink;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class DeliveryRecordTest {

    private final DeliveryRecord record = new DeliveryRecord();

    @Test
    void keepsEachEventOnceAndCountsRepeats() {
        take(event("a", "9", "id-9"));
        take(event("a", "9", "id-9"));

        assertThat(record.taken()).hasSize(1);
        assertThat(record.repeats()).isEqualTo(1);
        assertThat(record.violations()).isEmpty();
    }

    @Test
    void olderChangeAfterNewerOneIsAViolation() {
        take(event("a", "10", "id-10"));
        take(event("a", "9", "id-9"));

        assertThat(record.violations()).hasSize(1);
    }

    @Test
    void orderOfFailedAttemptsIsChecked() {
        record.attempted(event("a", "10", "id-10"));
        record.attempted(event("a", "9", "id-9"));

        assertThat(record.violations()).hasSize(1);
    }

    @Test
    void objectsHaveNoOrderBetweenThem() {
        take(event("a", "10", "id-10"));
        take(event("b", "9", "id-9"));

        assertThat(record.violations()).isEmpty();
    }

    @Test
    void repeatOfATakenEventIsNoViolation() {
        take(event("a", "9", "id-9"));
        take(event("a", "10", "id-10"));
        take(event("a", "9", "id-9"));

        assertThat(record.violations()).isEmpty();
    }

    @Test
    void secondIdForOneOccurrenceIsAViolation() {
        take(event("a", "9", "one"));
        take(event("a", "9", "other"));

        assertThat(record.violations()).hasSize(1);
    }

    @Test
    void otherDataUnderAKnownIdIsAViolation() {
        take(event("a", "9", "one"));
        take(new RecordedEvent(event("a", "9", "one").attributes(), Map.of(), Buffer.buffer("other"), 0));

        assertThat(record.violations()).hasSize(1);
    }

    @Test
    void listsEventsRefusedAndNeverTaken() {
        record.refused(event("a", "9", "one"));
        record.refused(event("b", "9", "two"));
        take(event("b", "9", "two"));

        assertThat(record.neverTaken()).extracting(RecordedEvent::id).containsExactly("one");
    }

    @Test
    void derivedDeleteMayHaveOlderVersionAndLessData() {
        take(event("a", "10", "id-10"));
        take(delete("{\"metadata\":{\"creationTimestamp\":\"now\"}}", "11"));
        take(delete("{\"metadata\":{\"name\":\"a\"}}", "9"));
        take(event("a", "12", "id-12"));

        assertThat(record.violations()).isEmpty();
        assertThat(record.repeats()).isEqualTo(1);
    }

    @Test
    void watchedDeleteWithOlderVersionIsAViolation() {
        take(event("a", "10", "id-10"));
        take(delete("{\"metadata\":{\"creationTimestamp\":\"now\"}}", "9"));

        assertThat(record.violations()).hasSize(1);
    }

    private static RecordedEvent delete(String data, String version) {
        Map<String, String> attributes =
                Map.of("id", "deleted", "subject", "a", "type", "x.delete", "resourceversion", version);
        return new RecordedEvent(attributes, Map.of(), Buffer.buffer(data), 0);
    }

    private void take(RecordedEvent event) {
        record.attempted(event);
        record.took(event);
    }

    private static RecordedEvent event(String subject, String version, String id) {
        Map<String, String> attributes =
                Map.of("id", id, "subject", subject, "type", "x.update", "resourceversion", version);
        return new RecordedEvent(attributes, Map.of(), Buffer.buffer("data"), 0);
    }
}

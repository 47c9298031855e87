package dev.apiserversource.loadtests.sink;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class LedgerTest {

    private final Ledger ledger = new Ledger();

    @Test
    void keepsEachEventOnceAndCountsRepeats() {
        take(event("a", "9", "id-9"));
        take(event("a", "9", "id-9"));

        assertThat(ledger.taken()).hasSize(1);
        assertThat(ledger.repeats()).isEqualTo(1);
        assertThat(ledger.breaches()).isEmpty();
    }

    @Test
    void noticesAnOlderChangeAfterANewerOneOfTheSameObject() {
        take(event("a", "10", "id-10"));
        take(event("a", "9", "id-9"));

        assertThat(ledger.breaches()).hasSize(1);
    }

    @Test
    void noticesTheOrderOfAttemptsThatFailed() {
        ledger.attempted(event("a", "10", "id-10"));
        ledger.attempted(event("a", "9", "id-9"));

        assertThat(ledger.breaches()).hasSize(1);
    }

    @Test
    void knowsNoOrderBetweenObjects() {
        take(event("a", "10", "id-10"));
        take(event("b", "9", "id-9"));

        assertThat(ledger.breaches()).isEmpty();
    }

    @Test
    void allowsToTellAgainWhatWasTaken() {
        take(event("a", "9", "id-9"));
        take(event("a", "10", "id-10"));
        take(event("a", "9", "id-9"));

        assertThat(ledger.breaches()).isEmpty();
    }

    @Test
    void noticesASecondIdForOneOccurrence() {
        take(event("a", "9", "one"));
        take(event("a", "9", "other"));

        assertThat(ledger.breaches()).hasSize(1);
    }

    @Test
    void noticesOtherDataUnderAKnownId() {
        take(event("a", "9", "one"));
        take(new ReceivedEvent(event("a", "9", "one").attributes(), Map.of(), Buffer.buffer("other"), 0));

        assertThat(ledger.breaches()).hasSize(1);
    }

    @Test
    void tellsWhatWasRefusedAndNeverTaken() {
        ledger.refused(event("a", "9", "one"));
        ledger.refused(event("b", "9", "two"));
        take(event("b", "9", "two"));

        assertThat(ledger.neverTaken()).extracting(ReceivedEvent::id).containsExactly("one");
    }

    @Test
    void allowsADerivedDeleteTheVersionOfAnEarlierStateAndLessData() {
        take(event("a", "10", "id-10"));
        take(delete("{\"metadata\":{\"creationTimestamp\":\"now\"}}", "11"));
        take(delete("{\"metadata\":{\"name\":\"a\"}}", "9"));
        take(event("a", "12", "id-12"));

        assertThat(ledger.breaches()).isEmpty();
        assertThat(ledger.repeats()).isEqualTo(1);
    }

    @Test
    void noticesASeenDeleteThatIsOlderThanWhatCameBefore() {
        take(event("a", "10", "id-10"));
        take(delete("{\"metadata\":{\"creationTimestamp\":\"now\"}}", "9"));

        assertThat(ledger.breaches()).hasSize(1);
    }

    private static ReceivedEvent delete(String data, String version) {
        Map<String, String> attributes =
                Map.of("id", "deleted", "subject", "a", "type", "x.delete", "resourceversion", version);
        return new ReceivedEvent(attributes, Map.of(), Buffer.buffer(data), 0);
    }

    private void take(ReceivedEvent event) {
        ledger.attempted(event);
        ledger.took(event);
    }

    private static ReceivedEvent event(String subject, String version, String id) {
        Map<String, String> attributes =
                Map.of("id", id, "subject", subject, "type", "x.update", "resourceversion", version);
        return new ReceivedEvent(attributes, Map.of(), Buffer.buffer("data"), 0);
    }
}

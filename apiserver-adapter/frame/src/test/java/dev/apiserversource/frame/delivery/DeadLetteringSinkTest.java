package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class DeadLetteringSinkTest {

    private final ScriptedSink main = new ScriptedSink();
    private final ScriptedSink deadLetters = new ScriptedSink();
    private final Sink sink = new DeadLetteringSink(main, URI.create("http://sink.ns/path"), deadLetters);

    @Test
    void doesNotDeadLetterADeliveredEvent() {
        Future<Void> delivery = sink.deliver(Events.event("a"));
        main.last().accept();

        assertThat(delivery.succeeded()).isTrue();
        assertThat(deadLetters.size()).isZero();
    }

    @Test
    void completesWhenTheDeadLetterSinkAcknowledges() {
        DeliveryException refusal = DeliveryException.answered(400, Optional.empty(), "no");
        Future<Void> delivery = sink.deliver(Events.event("a"));
        main.last().fail(refusal);
        assertThat(delivery.isComplete()).isFalse();

        deadLetters.last().accept();
        assertThat(delivery.cause())
                .isInstanceOf(DeadLetteringSink.DeadLetteredException.class)
                .hasCause(refusal);
    }

    @Test
    void failsWithTheFailureOfTheDeadLetterSink() {
        IllegalStateException bug = new IllegalStateException("bug");
        Future<Void> delivery = sink.deliver(Events.event("a"));
        main.last().fail(DeliveryException.answered(400, Optional.empty(), ""));
        deadLetters.last().fail(bug);

        assertThat(delivery.cause()).isSameAs(bug);
    }

    @Test
    void addsTheReasonAndChangesNothingElse() {
        CloudEvent event = Events.builder("a").withExtension("kind", "Pod").build();

        CloudEvent letter = deadLetter(event, DeliveryException.answered(422, Optional.empty(), "nö\r\n"));

        assertThat(letter.getExtension("knativeerrordest")).isEqualTo("http://sink.ns/path");
        assertThat(letter.getExtension("knativeerrorcode")).isEqualTo(422);
        assertThat(data(letter)).isEqualTo("nö\r\n");
        assertThat(letter.getExtensionNames())
                .containsExactlyInAnyOrder("kind", "knativeerrordest", "knativeerrorcode", "knativeerrordata");
        assertThat(letter.getId()).isEqualTo("a");
        assertThat(letter.getData()).isEqualTo(event.getData());
    }

    @Test
    void hasCode500AndTheFailureWithoutAResponse() {
        CloudEvent letter = deadLetter(Events.event("a"), DeliveryException.timeout(Duration.ofSeconds(3)));

        assertThat(letter.getExtension("knativeerrorcode")).isEqualTo(500);
        assertThat(data(letter)).isEqualTo("dispatch error: no answer within PT3S");
    }

    @Test
    void hasNoDataForAnEmptyResponse() {
        CloudEvent stale =
                Events.builder("a").withExtension("knativeerrordata", "old").build();

        CloudEvent letter = deadLetter(stale, DeliveryException.answered(400, Optional.empty(), ""));

        assertThat(letter.getExtensionNames()).containsExactlyInAnyOrder("knativeerrordest", "knativeerrorcode");
    }

    @Test
    void truncatesTheDataTo1024Characters() {
        CloudEvent letter =
                deadLetter(Events.event("a"), DeliveryException.answered(400, Optional.empty(), "no".repeat(512)));

        assertThat((String) letter.getExtension("knativeerrordata")).hasSize(1024);
        assertThat(data(letter)).isEqualTo("no".repeat(384));
    }

    private CloudEvent deadLetter(CloudEvent event, DeliveryException failure) {
        sink.deliver(event);
        main.last().fail(failure);
        return deadLetters.last().event();
    }

    private static String data(CloudEvent letter) {
        String base64 = (String) letter.getExtension("knativeerrordata");
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}

package dev.apiserversource.frame.delivery;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class OutageDetectorTest {

    private static final Duration BEGIN = Duration.ofMinutes(1);
    private final DeliveryException failure = DeliveryException.connection(new Exception("refused"));

    private final Logger logger = (Logger) LoggerFactory.getLogger(OutageDetector.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final OutageDetector outage = new OutageDetector(SinkAddress.Role.MAIN);

    @BeforeEach
    void captureLogs() {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void releaseLogs() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    @Test
    void aRefusalIsOneOnceNothingSucceedsForASecond() {
        DeliveryException refusal = DeliveryException.answered(403, Optional.empty(), "password");
        outage.failed(refusal, BEGIN);
        assertThat(outage.refusal()).isEmpty();
        outage.failed(refusal, BEGIN.plusSeconds(1));
        assertThat(outage.refusal()).contains("the sink answers 403, events are retried");
        outage.endedBy(BEGIN.plusSeconds(2));
        assertThat(outage.refusal()).isEmpty();
    }

    @Test
    void aRefusalNamesTheHostOfOneSinkOfMany() {
        OutageDetector named = new OutageDetector(SinkAddress.Role.MAIN, "broker.default");
        DeliveryException refusal = DeliveryException.answered(403, Optional.empty(), "password");
        named.failed(refusal, BEGIN);
        named.failed(refusal, BEGIN.plusSeconds(1));
        assertThat(named.refusal()).contains("the sink broker.default answers 403, events are retried");
    }

    @Test
    void aMissingTokenIsReportedWithItsReason() {
        DeliveryException failure = DeliveryException.noToken("HTTP 403: forbidden");
        outage.failed(failure, BEGIN);
        outage.failed(failure, BEGIN.plusSeconds(1));
        assertThat(outage.refusal()).contains("events for the sink wait, no token: HTTP 403: forbidden");
        assertThat(messages()).containsExactly("no token for the sink, retrying");
    }

    @Test
    void aSinkThatIsAwayDoesNotRefuse() {
        outage.failed(failure, BEGIN);
        outage.failed(failure, BEGIN.plusSeconds(1));
        assertThat(outage.refusal()).isEmpty();
    }

    @Test
    void beginsWhenNothingSucceedsForASecond() {
        outage.failed(failure, BEGIN);
        outage.failed(failure, BEGIN.plusMillis(1000));
        assertThat(outage.endedBy(BEGIN.plusMillis(1001))).isTrue();
        assertThat(outage.endedBy(BEGIN.plusMillis(1002))).isFalse();
    }

    @Test
    void doesNotBeginWithSuccessesBetweenTheFailures() {
        for (int i = 0; i < 100; i++) {
            outage.failed(failure, BEGIN.plusSeconds(i));
            assertThat(outage.endedBy(BEGIN.plusSeconds(i).plusMillis(500))).isFalse();
        }
    }

    @Test
    void doesNotBeginWithinASecond() {
        outage.failed(failure, BEGIN);
        outage.failed(failure, BEGIN);
        outage.failed(failure, BEGIN.plusMillis(999));
        assertThat(outage.endedBy(BEGIN.plusMillis(1000))).isFalse();
    }

    @Test
    void isLoggedOnceAtItsBeginningAndOnceAtItsEnd() {
        for (int i = 0; i < 10_000; i++) {
            outage.failed(failure, BEGIN.plus(Duration.ofMillis(100L * i)));
        }
        outage.endedBy(BEGIN.plusSeconds(1000));

        assertThat(messages())
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("attempt failed, retrying"),
                        second -> assertThat(second).isEqualTo("sink unavailable, retrying"),
                        third -> assertThat(third).isEqualTo("sink available again"));
    }

    @Test
    void singleFailuresAreLoggedEveryTenSecondsAtMost() {
        for (int i = 0; i < 200; i++) {
            outage.failed(failure, BEGIN.plus(Duration.ofMillis(100L * i)));
            outage.endedBy(BEGIN.plus(Duration.ofMillis(100L * i)));
        }
        assertThat(messages()).hasSize(2);
    }

    @Test
    void aRefusalIsLoggedOnceWithItsStatusAndOnceWhenItEnds() {
        for (int i = 0; i < 10_000; i++) {
            outage.failed(answered(403), BEGIN.plus(Duration.ofMillis(100L * i)));
        }
        outage.endedBy(BEGIN.plusSeconds(1000));

        assertThat(messages()).containsExactly("sink refuses events, retrying", "sink available again");
        assertThat(lines.list.get(0).getLevel()).isEqualTo(Level.WARN);
        assertThat(lines.list.get(0).getKeyValuePairs())
                .anyMatch(pair -> pair.key.equals("result") && pair.value.equals("403"));
        assertThat(lines.list.get(1).getLevel()).isEqualTo(Level.INFO);
    }

    @Test
    void theEndOfAShortRefusalIsLogged() {
        outage.failed(answered(401), BEGIN);

        assertThat(outage.endedBy(BEGIN.plusMillis(10))).isFalse();

        assertThat(messages()).containsExactly("sink refuses events, retrying", "sink available again");
    }

    @Test
    void aRefusalThatFollowsAnUnavailableSinkIsLogged() {
        outage.failed(failure, BEGIN);
        outage.failed(failure, BEGIN.plusSeconds(1));
        outage.failed(answered(403), BEGIN.plusSeconds(2));
        outage.endedBy(BEGIN.plusSeconds(3));

        assertThat(messages())
                .containsExactly(
                        "attempt failed, retrying",
                        "sink unavailable, retrying",
                        "sink refuses events, retrying",
                        "sink available again");
    }

    @Test
    void anUnavailableSinkThatRefusedBeforeIsLogged() {
        outage.failed(answered(403), BEGIN);
        outage.failed(answered(403), BEGIN.plusSeconds(1));
        outage.failed(failure, BEGIN.plusSeconds(2));

        assertThat(messages()).containsExactly("sink refuses events, retrying", "sink unavailable, retrying");
    }

    @Test
    void alternatingRefusalsAreLoggedEveryTenSecondsAtMost() {
        for (int i = 0; i < 200; i++) {
            outage.failed(answered(404), BEGIN.plus(Duration.ofMillis(100L * i)));
            outage.endedBy(BEGIN.plus(Duration.ofMillis(100L * i)));
        }
        assertThat(messages()).hasSize(4);
    }

    private static DeliveryException answered(int status) {
        return DeliveryException.answered(status, Optional.empty(), "");
    }

    private List<String> messages() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}

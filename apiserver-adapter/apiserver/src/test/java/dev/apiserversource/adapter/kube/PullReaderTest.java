package dev.apiserversource.adapter.kube;

import dev.apiserversource.adapter.json.ByteSlice;
import dev.apiserversource.frame.time.SimulatedTime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class PullReaderTest {

    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(1);

    private final SimulatedTime time = new SimulatedTime();
    private final ScriptedApi api = new ScriptedApi();
    private final RecordingDecoder decoder = new RecordingDecoder();
    private final PullReader reader =
            new PullReader(new ReadLimits(Capacity.ALWAYS, new ReadBudget(0)), time, IDLE_TIMEOUT, decoder);

    /** Takes each chunk as one step and notes what it is decoder. */
    private static final class RecordingDecoder implements PullReader.ResponseDecoder {

        private final List<String> steps = new ArrayList<>();
        private final List<WatchFailure> failures = new ArrayList<>();
        private String chunk = "";
        private @Nullable WatchFailure failsAt;

        @Override
        public void opened() {
            steps.add("opened");
        }

        @Override
        public void feed(byte[] bytes) {
            chunk = new ByteSlice(bytes, 0, bytes.length).text();
        }

        @Override
        public int heldBytes() {
            return chunk.length();
        }

        @Override
        public PullReader.Step advance(Capacity capacity) throws IOException {
            if (chunk.isEmpty()) {
                return PullReader.Step.NEED_MORE_INPUT;
            }
            if (chunk.equals("bad")) {
                throw new IOException("it was bad");
            }
            if (chunk.equals("unexpected")) {
                throw new IllegalStateException("it was unexpected");
            }
            steps.add(chunk);
            chunk = "";
            return PullReader.Step.ADVANCED;
        }

        @Override
        public void closed(WatchFailure failure) {
            failures.add(failure);
            if (failure.equals(failsAt)) {
                throw new IllegalStateException("cannot close");
            }
        }
    }

    @BeforeEach
    void start() {
        reader.start(api, new ApiRequest("/x", "text/plain"));
    }

    @Test
    void decodesTheChunksAndThenCloses() {
        api.last().ok().send("a", "b").end();

        assertThat(decoder.steps).containsExactly("opened", "a", "b");
        assertThat(decoder.failures).containsExactly(WatchFailure.of(WatchFailure.Cause.ENDED, "end of stream"));
        assertThat(time.pending()).isZero();
    }

    @Test
    void anErrorResponseIsNotDecoded() {
        ScriptedApi.Call call = api.last();
        call.refuse(403, "not you", Optional.of(Duration.ofSeconds(2)));

        assertThat(decoder.steps).isEmpty();
        assertThat(decoder.failures)
                .containsExactly(new WatchFailure(
                        WatchFailure.Cause.FORBIDDEN, "HTTP 403: not you", Optional.of(Duration.ofSeconds(2))));
        assertThat(call.isCancelled()).isFalse();
    }

    @Test
    void aLargeErrorResponseIsNotKept() {
        ScriptedApi.Call call = api.last();
        call.refuse(500, "x".repeat(1_000_000), Optional.empty());

        assertThat(decoder.failures).singleElement().satisfies(end -> assertThat(end.cause())
                .isEqualTo(WatchFailure.Cause.SERVER_ERROR));
    }

    @Test
    void anErrorResponseHasTheCauseOfItsStatus() {
        ScriptedApi.Call call = api.last();
        call.refuse(410, "gone");

        assertThat(decoder.failures).singleElement().satisfies(end -> assertThat(end.cause())
                .isEqualTo(WatchFailure.Cause.GONE));
    }

    @Test
    void aDecoderThatThrowsClosesTheReader() {
        api.last().ok().send("a", "bad", "c");

        assertThat(decoder.steps).containsExactly("opened", "a");
        assertThat(decoder.failures).containsExactly(WatchFailure.of(WatchFailure.Cause.MALFORMED, "it was bad"));
        assertThat(api.last().isCancelled()).isTrue();
    }

    @Test
    void anUnexpectedExceptionClosesTheReaderBeforeTheNextFrame() {
        api.last().ok().send("a", "unexpected", "c");

        assertThat(decoder.steps).containsExactly("opened", "a");
        assertThat(decoder.failures).singleElement().satisfies(failure -> assertThat(failure.cause())
                .isEqualTo(WatchFailure.Cause.INTERNAL));
        assertThat(api.last().isCancelled()).isTrue();
        assertThat(time.pending()).isZero();
    }

    @Test
    void anExceptionAtTheEndIsReportedAsTheEnd() {
        decoder.failsAt = WatchFailure.of(WatchFailure.Cause.ENDED, "end of stream");
        api.last().ok().end();

        assertThat(decoder.failures)
                .extracting(WatchFailure::cause)
                .containsExactly(WatchFailure.Cause.ENDED, WatchFailure.Cause.INTERNAL);
    }

    @Test
    void aCancelledReaderCallsNothing() {
        ScriptedApi.Call call = api.last().ok();
        reader.cancel();
        call.send("a").cut();
        time.advance(IDLE_TIMEOUT.multipliedBy(2));

        assertThat(decoder.steps).containsExactly("opened");
        assertThat(decoder.failures).isEmpty();
        assertThat(call.isCancelled()).isTrue();
    }

    @Test
    void closesOnceEvenIfTheConnectionIsLostAfterwards() {
        ScriptedApi.Call call = api.last().ok();
        call.end();
        call.cut();

        assertThat(decoder.failures).hasSize(1);
    }
}

package dev.apiserversource.adapter.kube;

import dev.apiserversource.adapter.json.ByteSlice;
import dev.apiserversource.frame.time.SimulatedTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

public class PullReaderTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final SimulatedTime time = new SimulatedTime();
    private final ScriptedApi api = new ScriptedApi();
    private final Told told = new Told();
    private final PullReader transfer = new PullReader(Capacity.ALWAYS, time, PATIENCE, told);

    /** Takes each chunk as one step and notes what it is told. */
    private static final class Told implements PullReader.Body {

        private final List<String> steps = new ArrayList<>();
        private final List<WatchFailure> ends = new ArrayList<>();
        private String chunk = "";

        @Override
        public void opened() {
            steps.add("opened");
        }

        @Override
        public void feed(byte[] bytes) {
            chunk = new ByteSlice(bytes, 0, bytes.length).text();
        }

        @Override
        public PullReader.Step advance() throws IOException {
            if (chunk.isEmpty()) {
                return PullReader.Step.HUNGRY;
            }
            if (chunk.equals("bad")) {
                throw new IOException("it was bad");
            }
            steps.add(chunk);
            chunk = "";
            return PullReader.Step.ADVANCED;
        }

        @Override
        public void closed(WatchFailure why) {
            ends.add(why);
        }
    }

    @BeforeEach
    public void start() {
        transfer.start(api, new ApiRequest("/x", "text/plain"));
    }

    @Test
    public void handsOnWhatComesAndThenTheEnd() {
        api.last().ok().send("a", "b").end();

        assertThat(told.steps).containsExactly("opened", "a", "b");
        assertThat(told.ends).containsExactly(WatchFailure.of(WatchFailure.Cause.ENDED, "end of stream"));
        assertThat(time.pending()).isZero();
    }

    @Test
    public void anErrorIsReadToItsEndAndIsNoBody() {
        ScriptedApi.Call call = api.last();
        call.refuse(403, "not you", Optional.of(Duration.ofSeconds(2)));

        assertThat(told.steps).isEmpty();
        assertThat(told.ends)
                .containsExactly(new WatchFailure(
                        WatchFailure.Cause.FORBIDDEN, "HTTP 403: not you", Optional.of(Duration.ofSeconds(2))));
        assertThat(call.isCancelled()).isFalse();
    }

    @Test
    public void anEndlessErrorIsNotKept() {
        ScriptedApi.Call call = api.last();
        call.refuse(500, "x".repeat(1_000_000), Optional.empty());

        assertThat(told.ends).singleElement().satisfies(end -> assertThat(end.cause())
                .isEqualTo(WatchFailure.Cause.SERVER_ERROR));
    }

    @Test
    public void anErrorThatIsCutIsStillThatError() {
        ScriptedApi.Call call = api.last();
        call.refuse(410, "gone");

        assertThat(told.ends).singleElement().satisfies(end -> assertThat(end.cause())
                .isEqualTo(WatchFailure.Cause.GONE));
    }

    @Test
    public void aBodyThatRefusesItsBytesEndsTheTransfer() {
        api.last().ok().send("a", "bad", "c");

        assertThat(told.steps).containsExactly("opened", "a");
        assertThat(told.ends).containsExactly(WatchFailure.of(WatchFailure.Cause.MALFORMED, "it was bad"));
        assertThat(api.last().isCancelled()).isTrue();
    }

    @Test
    public void aCancelledTransferSaysNothingMore() {
        ScriptedApi.Call call = api.last().ok();
        transfer.cancel();
        call.send("a").cut();
        time.advance(PATIENCE.multipliedBy(2));

        assertThat(told.steps).containsExactly("opened");
        assertThat(told.ends).isEmpty();
        assertThat(call.isCancelled()).isTrue();
    }

    @Test
    public void endsOnceEvenWhenTheConnectionIsLostAfterwards() {
        ScriptedApi.Call call = api.last().ok();
        call.end();
        call.cut();

        assertThat(told.ends).hasSize(1);
    }
}

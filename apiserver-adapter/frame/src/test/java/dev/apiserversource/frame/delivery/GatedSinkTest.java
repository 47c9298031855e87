package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

public class GatedSinkTest {

    private final ScriptedSink next = new ScriptedSink();
    private final SwitchedGate gate = new SwitchedGate();
    private final GatedSink sink = new GatedSink(next, gate);
    private final CloudEvent event = Events.event("1");

    /** A gate that a test opens and closes. */
    public static final class SwitchedGate implements SendPermit {

        private final List<Runnable> waiting = new ArrayList<>();
        private boolean open = true;

        public void close() {
            open = false;
        }

        public void open() {
            open = true;
            List<Runnable> all = List.copyOf(waiting);
            waiting.clear();
            all.forEach(Runnable::run);
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void whenOpen(Runnable action) {
            if (open) {
                action.run();
            } else {
                waiting.add(action);
            }
        }
    }

    @Test
    public void passesWhileTheGateIsOpen() {
        Future<Void> delivered = sink.deliver(event);
        next.last().accept();

        assertThat(delivered.succeeded()).isTrue();
    }

    @Test
    public void holdsAttemptsUntilTheGateOpens() {
        gate.close();
        Future<Void> delivered = sink.deliver(event);
        assertThat(next.size()).isZero();
        assertThat(delivered.isComplete()).isFalse();
        gate.open();

        assertThat(next.ids()).containsExactly("1");
    }

    @Test
    public void whatWasWithheldBelowIsHeldAndNotFailed() {
        Future<Void> delivered = sink.deliver(event);
        gate.close();
        next.last().fail(DeliveryException.withheld());
        assertThat(delivered.isComplete()).isFalse();
        gate.open();
        next.last().accept();

        assertThat(next.size()).isEqualTo(2);
        assertThat(delivered.succeeded()).isTrue();
    }

    @Test
    public void otherFailuresPass() {
        Future<Void> delivered = sink.deliver(event);
        next.last().fail(new IllegalStateException("no"));

        assertThat(delivered.cause()).hasMessage("no");
    }
}

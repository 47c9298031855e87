package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class GatedSinkTest {

    private final ScriptedSink next = new ScriptedSink();
    private final SwitchedPermit permit = new SwitchedPermit();
    private final GatedSink sink = new GatedSink(next, permit);
    private final CloudEvent event = Events.event("1");

    /** A permit that a test grants and revokes. */
    static final class SwitchedPermit implements SendPermit {

        private final List<Runnable> waiting = new ArrayList<>();
        private boolean granted = true;

        void revoke() {
            granted = false;
        }

        void grant() {
            granted = true;
            List<Runnable> all = List.copyOf(waiting);
            waiting.clear();
            all.forEach(Runnable::run);
        }

        @Override
        public boolean isGranted() {
            return granted;
        }

        @Override
        public void whenGranted(Runnable action) {
            if (granted) {
                action.run();
            } else {
                waiting.add(action);
            }
        }
    }

    @Test
    void sendsWhileThePermitIsGranted() {
        Future<Void> delivered = sink.deliver(event);
        next.last().accept();

        assertThat(delivered.succeeded()).isTrue();
    }

    @Test
    void attemptsWaitUntilThePermitIsGranted() {
        permit.revoke();
        Future<Void> delivered = sink.deliver(event);
        assertThat(next.size()).isZero();
        assertThat(delivered.isComplete()).isFalse();
        permit.grant();

        assertThat(next.ids()).containsExactly("1");
    }

    @Test
    void aSuspendedAttemptWaitsAndDoesNotFail() {
        Future<Void> delivered = sink.deliver(event);
        permit.revoke();
        next.last().fail(DeliveryException.suspended());
        assertThat(delivered.isComplete()).isFalse();
        permit.grant();
        next.last().accept();

        assertThat(next.size()).isEqualTo(2);
        assertThat(delivered.succeeded()).isTrue();
    }

    @Test
    void otherFailuresArePassedOn() {
        Future<Void> delivered = sink.deliver(event);
        next.last().fail(new IllegalStateException("no"));

        assertThat(delivered.cause()).hasMessage("no");
    }
}

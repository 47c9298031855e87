package dev.apiserversource.samples.quickstart;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CloseableStackTest {

    private final List<String> closed = new CopyOnWriteArrayList<>();
    private final CloseableStack stack = new CloseableStack();

    @Test
    void closesTheLastFirstAndEachOnce() {
        stack.add(() -> closed.add("first"));
        stack.add(() -> closed.add("second"));

        stack.close();
        stack.close();

        assertThat(closed).containsExactly("second", "first");
    }

    @Test
    void closesTheOthersWhenOneFailsToClose() {
        stack.add(() -> closed.add("first"));
        stack.add(() -> {
            throw new IllegalStateException("stuck");
        });

        stack.close();

        assertThat(closed).containsExactly("first");
    }

    @Test
    void closesWhatIsAddedAfterClose() {
        stack.close();

        assertThatExceptionOfType(QuickstartException.class).isThrownBy(() -> stack.add(() -> closed.add("late")));
        assertThat(closed).containsExactly("late");
        assertThat(stack.isClosed()).isTrue();
    }

    @Test
    @Timeout(60)
    void blocksASecondCloseUntilTheFirstIsComplete() throws Exception {
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        stack.add(() -> closed.add("first"));
        stack.add(() -> {
            closing.countDown();
            release.await();
            closed.add("second");
        });
        new Thread(stack::close).start();
        closing.await();
        Thread other = new Thread(stack::close);
        other.start();
        while (other.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
        }

        assertThat(closed).isEmpty();
        release.countDown();
        other.join();

        assertThat(closed).containsExactly("second", "first");
    }

    @Test
    @Timeout(60)
    void awaitsItsClose() throws Exception {
        new Thread(stack::close).start();

        stack.awaitClose();

        assertThat(stack.isClosed()).isTrue();
    }
}

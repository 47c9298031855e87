package dev.apiserversource.samples.quickstart;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PartsTest {

    private final List<String> closed = new ArrayList<>();
    private final Parts parts = new Parts();

    @Test
    void closesTheLastFirstAndEachOnce() {
        parts.add(() -> closed.add("first"));
        parts.add(() -> closed.add("second"));

        parts.close();
        parts.close();

        assertThat(closed).containsExactly("second", "first");
    }

    @Test
    void goesOnWhenAPartCannotBeClosed() {
        parts.add(() -> closed.add("first"));
        parts.add(() -> {
            throw new IllegalStateException("stuck");
        });

        parts.close();

        assertThat(closed).containsExactly("first");
    }

    @Test
    void closesAtOnceWhatComesTooLate() {
        parts.close();

        assertThatExceptionOfType(QuickstartException.class).isThrownBy(() -> parts.add(() -> closed.add("late")));
        assertThat(closed).containsExactly("late");
        assertThat(parts.isClosed()).isTrue();
    }
}

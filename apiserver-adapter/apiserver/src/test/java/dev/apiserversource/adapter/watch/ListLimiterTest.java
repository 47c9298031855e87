package dev.apiserversource.adapter.watch;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class ListLimiterTest {

    private final ListLimiter turnstile = new ListLimiter(2);
    private final List<String> entered = new ArrayList<>();

    private void enter(String name) {
        turnstile.enter(() -> entered.add(name));
    }

    @Test
    void letsAsManyInAsThereArePlacesAndTheOthersInOrder() {
        enter("a");
        enter("b");
        enter("c");
        enter("d");
        assertThat(entered).containsExactly("a", "b");

        turnstile.leave();
        assertThat(entered).containsExactly("a", "b", "c");
        turnstile.leave();
        assertThat(entered).containsExactly("a", "b", "c", "d");
    }

    @Test
    void placesGivenBackAreThereForTheNext() {
        enter("a");
        turnstile.leave();
        enter("b");
        enter("c");
        enter("d");

        assertThat(entered).containsExactly("a", "b", "c");
    }

    @Test
    void whoLeavesAtOnceHoldsNobodyUp() {
        for (int i = 0; i < 10; i++) {
            String name = "n" + i;
            turnstile.enter(() -> {
                entered.add(name);
                turnstile.leave();
            });
        }

        assertThat(entered).hasSize(10);
    }
}

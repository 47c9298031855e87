package dev.apiserversource.adapter.watch;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class ListLimiterTest {

    private final ListLimiter limiter = new ListLimiter(2);
    private final List<String> acquired = new ArrayList<>();

    private ListLimiter.Permit acquire(String name) {
        ListLimiter.Permit permit = limiter.permit();
        permit.acquire(() -> acquired.add(name));
        return permit;
    }

    @Test
    void grantsUpToTheLimitAndTheRestInOrder() {
        ListLimiter.Permit a = acquire("a");
        ListLimiter.Permit b = acquire("b");
        acquire("c");
        acquire("d");
        assertThat(acquired).containsExactly("a", "b");

        a.release();
        assertThat(acquired).containsExactly("a", "b", "c");
        b.release();
        assertThat(acquired).containsExactly("a", "b", "c", "d");
    }

    @Test
    void aReleasedPermitIsAvailableAgain() {
        acquire("a").release();
        acquire("b");
        acquire("c");
        acquire("d");

        assertThat(acquired).containsExactly("a", "b", "c");
    }

    @Test
    void aPermitReleasedWhenItIsGrantedBlocksNoOther() {
        for (int i = 0; i < 10; i++) {
            String name = "n" + i;
            ListLimiter.Permit permit = limiter.permit();
            permit.acquire(() -> {
                acquired.add(name);
                permit.release();
            });
        }

        assertThat(acquired).hasSize(10);
    }

    @Test
    void aPermitReleasedInTheQueueIsNotGranted() {
        ListLimiter.Permit a = acquire("a");
        acquire("b");
        ListLimiter.Permit c = acquire("c");
        c.release();
        c.release();
        acquire("d");
        a.release();

        assertThat(acquired).containsExactly("a", "b", "d");
    }

    @Test
    void grantsNoBackgroundPermitOnceClosed() {
        ListLimiter.Permit a = acquire("a");
        acquire("b");
        limiter.backgroundPermit().acquire(() -> acquired.add("background"));
        limiter.close();
        a.release();

        assertThat(acquired).containsExactly("a", "b");
    }

    @Test
    void grantsNothingOnceClosed() {
        ListLimiter.Permit a = acquire("a");
        acquire("b");
        acquire("c");
        limiter.close();
        a.release();
        acquire("d");

        assertThat(acquired).containsExactly("a", "b");
    }
}

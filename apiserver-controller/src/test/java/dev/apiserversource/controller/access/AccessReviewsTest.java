package dev.apiserversource.controller.access;

import dev.apiserversource.controller.SettableClock;
import dev.apiserversource.controller.access.AccessReviews.AccessRequest;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class AccessReviewsTest {

    private static final AccessRequest REQUEST = new AccessRequest("user", "list", "", "events", "shop");

    private final SettableClock clock = new SettableClock();
    private final List<AccessRequest> reviewed = new ArrayList<>();
    private boolean granted;
    private final AccessReviews reviews = new AccessReviews(
            request -> {
                reviewed.add(request);
                return granted;
            },
            Runnable::run,
            clock);

    @Test
    void noticesAGrantAfterTwoSeconds() {
        assertThat(isAllowed()).isFalse();
        granted = true;
        assertThat(isAllowed()).isFalse();
        clock.advance(Duration.ofSeconds(2));
        assertThat(isAllowed()).isTrue();
        assertThat(reviewed).hasSize(2);
    }

    @Test
    void noticesARevocationAfterFiveMinutes() {
        granted = true;
        assertThat(isAllowed()).isTrue();
        granted = false;
        clock.advance(Duration.ofMinutes(4));
        assertThat(isAllowed()).isTrue();
        clock.advance(Duration.ofMinutes(1));
        assertThat(isAllowed()).isFalse();
        assertThat(reviewed).hasSize(2);
    }

    private boolean isAllowed() {
        return reviews.isAllowed(REQUEST).join();
    }
}

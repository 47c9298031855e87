package dev.apiserversource.controller.apiserversource;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Answers side by side, and remembers: what is allowed for five minutes, what is not for two seconds, so that a grant is seen soon and sources
 * with the same question ask once.
 */
final class RememberedReviews {

    private static final Duration ALLOWED = Duration.ofMinutes(5);
    private static final Duration DENIED = Duration.ofSeconds(2);

    /** Above this the memory is swept of what has expired; enough for 1,000 sources with their own ServiceAccounts. */
    private static final int SWEEP_ABOVE = 10_000;

    private final AccessReviewer reviewer;
    private final Executor executor;
    private final Clock clock;
    private final Map<AccessQuestion, Answer> answers = new ConcurrentHashMap<>();

    /** Asks {@code reviewer} on {@code executor}, whose width bounds what the API server is asked at once. */
    RememberedReviews(AccessReviewer reviewer, Executor executor, Clock clock) {
        this.reviewer = reviewer;
        this.executor = executor;
        this.clock = clock;
    }

    /** The answer, from memory when it is fresh. */
    CompletableFuture<Boolean> ask(AccessQuestion question) {
        Instant now = clock.instant();
        if (answers.size() > SWEEP_ABOVE) {
            answers.values().removeIf(answer -> !answer.freshAt(now));
        }
        return answers.compute(question, (key, known) -> known != null && known.freshAt(now) ? known : review(key, now))
                .allowed();
    }

    private Answer review(AccessQuestion question, Instant now) {
        return new Answer(CompletableFuture.supplyAsync(() -> reviewer.allows(question), executor), now);
    }

    private record Answer(CompletableFuture<Boolean> allowed, Instant asked) {

        boolean freshAt(Instant now) {
            if (!allowed.isDone()) {
                return true;
            }
            boolean yes = !allowed.isCompletedExceptionally() && allowed.join();
            return now.isBefore(asked.plus(yes ? ALLOWED : DENIED));
        }
    }
}

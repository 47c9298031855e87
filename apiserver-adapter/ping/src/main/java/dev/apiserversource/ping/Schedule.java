package dev.apiserversource.ping;

import java.time.Instant;
import java.util.Optional;

/** The ticks of a source. Two processes compute the same ones. */
public interface Schedule {

    /** The first tick after {@code instant}, in whole seconds; empty when there is none. */
    Optional<Instant> next(Instant instant);
}

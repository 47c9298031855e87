package dev.apiserversource.controller.knative;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.Optional;

/** One Lease of Knative's reconciler, and what it becomes when it is taken, renewed and released. */
record KnativeLease(Lease lease) {

    /** When the previous leader has stopped for certain. Kept in the Lease, so that it outlives this process. */
    private static final String LEADING_FROM = "apiserversource.dev/leading-from";

    /** Identities of this program begin with it. */
    private static final String HOLDER_PREFIX = "apiserversource-controller/";

    /**
     * A leader notices the loss of its Lease after a retry period at the latest, and stops a renew deadline later.
     * client-go requires both to be shorter than the lease duration.
     */
    private static final int LEASE_DURATIONS_UNTIL_STOPPED = 2;

    String name() {
        return lease.getMetadata().getName();
    }

    String holder() {
        return Optional.ofNullable(spec().getHolderIdentity()).orElse("");
    }

    boolean isHeldByThisProgram() {
        return holder().startsWith(HOLDER_PREFIX);
    }

    /** Whether it is held, and renewed within its duration. */
    boolean isLive(Instant now) {
        return !holder().isEmpty() && now.isBefore(expiry());
    }

    private Instant expiry() {
        ZonedDateTime renewed = spec().getRenewTime();
        return renewed == null ? Instant.MIN : renewed.toInstant().plus(duration());
    }

    private Duration duration() {
        return Duration.ofSeconds(Objects.requireNonNullElse(spec().getLeaseDurationSeconds(), 0));
    }

    private LeaseSpec spec() {
        return Objects.requireNonNullElseGet(lease.getSpec(), LeaseSpec::new);
    }

    /** When the holder may act; empty when it may at once. */
    Optional<Instant> leadingFrom() {
        return Optional.ofNullable(lease.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(LEADING_FROM))
                .map(Instant::parse);
    }

    /** This Lease, held by {@code identity}. A Lease of another process of this program changes hands at once. */
    Lease heldBy(String identity, Duration duration, Instant now) {
        LeaseBuilder held = new LeaseBuilder(lease)
                .editOrNewSpec()
                .withHolderIdentity(HOLDER_PREFIX + identity)
                .withLeaseDurationSeconds((int) duration.toSeconds())
                .withRenewTime(now.atZone(ZoneOffset.UTC))
                .endSpec();
        return isHeldByThisProgram() ? held.build() : taken(held, now);
    }

    private Lease taken(LeaseBuilder held, Instant now) {
        int transitions = Objects.requireNonNullElse(spec().getLeaseTransitions(), 0);
        held.editSpec()
                .withAcquireTime(now.atZone(ZoneOffset.UTC))
                .withLeaseTransitions(transitions + 1)
                .endSpec()
                .editMetadata()
                .removeFromAnnotations(LEADING_FROM)
                .endMetadata();
        if (isLive(now)) {
            Instant stopped = now.plus(duration().multipliedBy(LEASE_DURATIONS_UNTIL_STOPPED));
            held.editMetadata()
                    .addToAnnotations(LEADING_FROM, stopped.toString())
                    .endMetadata();
        }
        return held.build();
    }

    /** This Lease without a holder, as client-go releases one. */
    Lease released(Instant now) {
        return new LeaseBuilder(lease)
                .editMetadata()
                .removeFromAnnotations(LEADING_FROM)
                .endMetadata()
                .editOrNewSpec()
                .withHolderIdentity("")
                .withLeaseDurationSeconds(1)
                .withRenewTime(now.atZone(ZoneOffset.UTC))
                .endSpec()
                .build();
    }
}

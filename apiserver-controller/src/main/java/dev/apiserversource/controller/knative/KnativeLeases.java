package dev.apiserversource.controller.knative;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Decides whether this controller or Knative's reconciles the sources of one kind. Two controllers would undo each
 * other's writes for ever.
 *
 * <p>Each reconciler of Knative is active only while it holds Leases of its own, one for each
 * <a href="https://pkg.go.dev/knative.dev/pkg/leaderelection">bucket</a>. A Lease held by a live leader means that
 * Knative reconciles. With {@link Settings#takeover} this controller holds those Leases instead. Knative's reconciler
 * of that kind is a standby then, and the rest of Knative Eventing is not affected.
 *
 * <p>The Leases are not released on stop. Another replica of this controller takes them during a roll-out, and Knative
 * takes them when they expire. A controller without {@link Settings#takeover} releases those that are left.
 */
public final class KnativeLeases {

    /**
     * The API group of Knative Eventing. While it is not served there are no Leases, and a controller without
     * cluster-wide permissions needs none in Knative's namespace.
     */
    public static final String GROUP = "eventing.knative.dev";

    private static final Logger LOG = LoggerFactory.getLogger(KnativeLeases.class);

    private final KubernetesClient client;
    private final Settings settings;
    private final String prefix;
    private final Clock clock;

    private volatile Verdict verdict = new Verdict(Optional.of("Knative's Leases have not been read yet"), Instant.MAX);

    /**
     * Settings of the coexistence.
     *
     * @param namespace the namespace of Knative Eventing
     * @param takeover whether this controller holds Knative's Leases
     * @param identity the holder, unique to this process
     * @param leaseDuration after how long without renewal a Lease held by this process expires
     */
    public record Settings(String namespace, boolean takeover, String identity, Duration leaseDuration) {

        /** These settings for a kind whose Leases are never taken. */
        public Settings withoutTakeover() {
            return new Settings(namespace, false, identity, leaseDuration);
        }
    }

    /**
     * The result of a check.
     *
     * @param blocker why sources are not reconciled; empty when they are
     * @param validUntil when Knative's controller may be the leader again unless checked before
     */
    private record Verdict(Optional<String> blocker, Instant validUntil) {}

    /**
     * Blocks reconciliation until the first {@link #check}.
     *
     * @param prefix how the names of the Leases begin; the number and count of the bucket follow
     */
    public KnativeLeases(KubernetesClient client, Settings settings, String prefix, Clock clock) {
        this.client = client;
        this.settings = settings;
        this.prefix = prefix;
        this.clock = clock;
    }

    /** How the names of the Leases of a reconciler of Knative's controller begin: its Go package is part of them. */
    public static String prefixOf(String goPackage) {
        return "controller.knative.dev.eventing.pkg.reconciler." + goPackage + ".reconciler.";
    }

    /** Why sources are left to Knative's controller; empty when this controller reconciles them. */
    public Optional<String> blocker() {
        Verdict current = verdict;
        return current.blocker().isPresent() || clock.instant().isBefore(current.validUntil())
                ? current.blocker()
                : Optional.of("Knative's Leases could not be read for " + settings.leaseDuration());
    }

    /** Reads and, with takeover, renews the Leases. To be called several times per lease duration; never throws. */
    public void check() {
        Instant started = clock.instant();
        try {
            Optional<String> blocker = leases().stream()
                    .map(lease -> check(lease, started))
                    .flatMap(Optional::stream)
                    .reduce((first, other) -> first);
            logChange(blocker);
            verdict = new Verdict(blocker, started.plus(settings.leaseDuration()));
        } catch (RuntimeException e) { // An exception would end the schedule that calls this.
            LOG.atWarn().addKeyValue("namespace", settings.namespace()).log("Leases not read: {}", e.getMessage());
        }
    }

    private List<KnativeLease> leases() {
        try {
            return client.leases().inNamespace(settings.namespace()).list().getItems().stream()
                    .filter(lease -> lease.getMetadata().getName().startsWith(prefix))
                    .map(KnativeLease::new)
                    .toList();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN && client.getApiGroup(GROUP) == null) {
                return List.of();
            }
            throw e;
        }
    }

    private Optional<String> check(KnativeLease lease, Instant now) {
        if (settings.takeover()) {
            return hold(lease, now);
        }
        if (lease.isHeldByThisProgram()) {
            write(lease.released(now));
            LOG.atInfo().addKeyValue("lease", lease.name()).log("Lease released to Knative's controller");
            return Optional.empty();
        }
        return lease.isLive(now)
                ? Optional.of("Knative's controller reconciles this source: " + lease.holder() + " holds the Lease "
                        + settings.namespace() + "/" + lease.name())
                : Optional.empty();
    }

    /**
     * Takes or renews a Lease. A leader whose Lease was taken fails to renew it, and stops at its renew deadline. Until
     * then it reconciles, so this controller waits.
     */
    private Optional<String> hold(KnativeLease lease, Instant now) {
        KnativeLease held = new KnativeLease(write(lease.heldBy(settings.identity(), settings.leaseDuration(), now)));
        if (!lease.isHeldByThisProgram()) {
            LOG.atInfo()
                    .addKeyValue("lease", lease.name())
                    .addKeyValue("previousHolder", lease.holder())
                    .log("Lease of Knative's controller taken");
        }
        return held.leadingFrom()
                .filter(now::isBefore)
                .map(from -> "Knative's controller may reconcile this source until " + from);
    }

    /** Fails when the Lease has changed since it was read. */
    private Lease write(Lease lease) {
        return client.resource(lease).update();
    }

    private void logChange(Optional<String> blocker) {
        if (!Objects.equals(blocker, verdict.blocker())) {
            blocker.ifPresentOrElse(
                    reason -> LOG.atWarn()
                            .addKeyValue("leases", prefix)
                            .addKeyValue("reason", reason)
                            .log("sources left to Knative's controller"),
                    () -> LOG.atInfo()
                            .addKeyValue("leases", prefix)
                            .log("sources not reconciled by Knative's controller"));
        }
    }
}

package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.SimulatedTime;
import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One process of a simulation. It can be killed and frozen, and has a wall clock of its own. */
final class SimulatedMember implements Timers {

    final String name;
    final LeaderElection election;
    final List<String> lost = new ArrayList<>();
    int elected;

    /** Difference of this process's wall clock from the simulated one. */
    Duration skew = Duration.ZERO;

    /** How much too early timers fire, as those that count whole milliseconds do. */
    Duration earliness = Duration.ZERO;

    boolean dead;
    boolean frozen;
    private final SimulatedTime world;
    private final List<Runnable> overdue = new ArrayList<>();

    SimulatedMember(String name, LeaseInMemory lease, SimulatedTime world) {
        this(name, true, lease, world);
    }

    private SimulatedMember(String name, boolean required, LeaseInMemory lease, SimulatedTime world) {
        this.name = name;
        this.world = world;
        LeaseSettings settings = new LeaseSettings("ns", "lease", name, Duration.ofSeconds(15), required);
        this.election = new LeaderElection(settings, lease.seenBy(this), this, why -> {
            lost.add(why);
            kill();
        });
    }

    static SimulatedMember withOptionalLease(String name, LeaseInMemory lease, SimulatedTime world) {
        return new SimulatedMember(name, false, lease, world);
    }

    SimulatedMember start() {
        election.start(() -> elected++);
        return this;
    }

    /** Whether it may deliver an event now. */
    boolean delivers() {
        return !dead && !frozen && election.sendPermit().isGranted();
    }

    boolean isLeading() {
        return !dead && election.state() instanceof LeaderState.Leading;
    }

    void kill() {
        dead = true;
    }

    /** Drains for {@code work}, and ends. */
    Future<Void> stop(Duration work) {
        return election.resign(() -> {
                    Promise<Void> drained = Promise.promise();
                    after(work, drained::complete);
                    return drained.future();
                })
                .onComplete(resigned -> kill());
    }

    void freeze() {
        frozen = true;
    }

    void thaw() {
        frozen = false;
        List<Runnable> late = List.copyOf(overdue);
        overdue.clear();
        late.forEach(Runnable::run);
    }

    @Override
    public Instant now() {
        return world.now().plus(skew);
    }

    @Override
    public Duration uptime() {
        return world.uptime();
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        boolean[] cancelled = new boolean[1];
        Runnable unlessEnded = () -> {
            if (!cancelled[0] && !dead) {
                action.run();
            }
        };
        Duration early = delay.compareTo(earliness) > 0 ? delay.minus(earliness) : delay;
        Timer timer = world.after(early, () -> {
            if (frozen) {
                overdue.add(unlessEnded);
            } else {
                unlessEnded.run();
            }
        });
        return () -> {
            cancelled[0] = true;
            timer.cancel();
        };
    }
}

package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.SimulatedTime;
import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A process of its own in a simulated world: it can be killed, frozen and thawed, and its clock shows something of its own. */
final class SimulatedMember implements Timers, Lifeline {

    final String name;
    final LeaderElection election;
    final List<String> lost = new ArrayList<>();
    int activated;
    private final SimulatedTime world;
    private final Map<String, SimulatedMember> byAddress;
    private final List<Runnable> heldUp = new ArrayList<>();
    private final List<Runnable> whenEnded = new ArrayList<>();
    Duration skew = Duration.ZERO;
    boolean dead;
    boolean frozen;
    boolean refusesStrangers;

    SimulatedMember(String name, LeaseInMemory lease, SimulatedTime world, Map<String, SimulatedMember> byAddress) {
        this.name = name;
        this.world = world;
        this.byAddress = byAddress;
        LeaseSettings settings = new LeaseSettings("ns", "lease", name, Duration.ofSeconds(15));
        this.election = new LeaderElection(settings, lease.seenBy(this), this, this, why -> {
            lost.add(why);
            kill();
        });
        byAddress.put(name + ":1", this);
    }

    SimulatedMember start() {
        election.start(Optional.of(name + ":1"), () -> activated++);
        return this;
    }

    /** May deliver an event at this moment. */
    boolean delivers() {
        return !dead && !frozen && election.isSure();
    }

    boolean isActive() {
        return !dead && election.standing() instanceof LeaderState.Active;
    }

    void kill() {
        dead = true;
        ended();
    }

    /** Drains for {@code work}, and ends. */
    Future<Void> stop(Duration work) {
        return election.leave(() -> {
                    io.vertx.core.Promise<Void> drained = io.vertx.core.Promise.promise();
                    after(work, drained::complete);
                    return drained.future();
                })
                .onComplete(left -> kill());
    }

    void freeze() {
        frozen = true;
    }

    void thaw() {
        frozen = false;
        List<Runnable> late = List.copyOf(heldUp);
        heldUp.clear();
        late.forEach(Runnable::run);
    }

    private void ended() {
        List.copyOf(whenEnded).forEach(Runnable::run);
        whenEnded.clear();
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
        Runnable mine = () -> {
            if (!cancelled[0] && !dead) {
                action.run();
            }
        };
        Timer timer = world.after(delay, () -> {
            if (frozen) {
                heldUp.add(mine);
            } else {
                mine.run();
            }
        });
        return () -> {
            cancelled[0] = true;
            timer.cancel();
        };
    }

    @Override
    public Line hold(String address, String holder, Consumer<End> ended) {
        boolean[] closed = new boolean[1];
        Consumer<End> tell = how -> after(Duration.ofMillis(2), () -> {
            if (!closed[0]) {
                closed[0] = true;
                ended.accept(how);
            }
        });
        SimulatedMember other = byAddress.get(address);
        if (other == null || other.dead || other.refusesStrangers) {
            tell.accept(End.REFUSED);
        } else if (other.frozen) {
            after(Duration.ofSeconds(2), () -> tell.accept(End.NOTHING));
        } else {
            other.whenEnded.add(() -> tell.accept(End.CUT));
        }
        return () -> closed[0] = true;
    }
}

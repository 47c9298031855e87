package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.Patience;
import dev.apiserversource.loadtests.truth.SteadyLoad.Shape;

import java.time.Duration;
import java.util.List;

import static dev.apiserversource.loadtests.faults.Expectation.EVERY_CHANGE;
import static dev.apiserversource.loadtests.faults.Expectation.EVERY_CHANGE_FROM_THEN_ON;
import static dev.apiserversource.loadtests.faults.Expectation.FINAL_STATES;

/** A row of the table of faults: what goes wrong, for how long, and what is expected all the same. */
@SuppressWarnings("ImmutableEnumChecker") // the list is made by List.of
enum Row {
    KILLED_THREE_TIMES(EVERY_CHANGE, 1, 1, "", Fault.ADAPTER_KILLED) {
        @Override
        int times() {
            return 3;
        }
    },
    DOWN_WHILE_HISTORY_LASTS(EVERY_CHANGE, 5, 180, "going on from the checkpoint", Fault.ADAPTER_KILLED) {
        @Override
        Shape load(String namespace) {
            // Slow enough for the API server to remember three minutes of it: its memory has grown with the first
            // objects.
            return FULL ? new Shape(namespace, "object-", 1_000, 200, Duration.ofSeconds(2)) : super.load(namespace);
        }
    },
    DOWN_AND_HISTORY_LOST(FINAL_STATES, 1, 30, "gap closed", Fault.ADAPTER_KILLED, Fault.HISTORY_FORGOTTEN),
    SINK_REFUSES(FINAL_STATES, 3, 600, "", Fault.SINK_REFUSES),
    SINK_STALLS(FINAL_STATES, 3, 60, "", Fault.SINK_STALLS),
    SINK_OVERLOADED(FINAL_STATES, 3, 60, "", Fault.SINK_OVERLOADED),
    SINK_AWAY_AND_HISTORY_LOST(FINAL_STATES, 1, 30, "gap closed", Fault.SINK_REFUSES) {
        @Override
        void hold(Scene scene) {
            scene.awaitFullAdapter();
            super.hold(scene);
            Fault.HISTORY_FORGOTTEN.begin(scene);
        }

        @Override
        Shape load(String namespace) {
            return new Shape(namespace, "object-", 100, 4_000, Duration.ZERO);
        }
    },
    SINK_SLOW_UNTIL_THE_WATCH_IS_CLOSED(EVERY_CHANGE, 0, 0, "", Fault.SINK_SLOW) {
        @Override
        void hold(Scene scene) {
            scene.awaitRestartOfWatch("ended");
        }

        @Override
        Shape load(String namespace) {
            // A few objects, whose events wait for each other.
            return new Shape(namespace, "busy-", 3, 4_000, Duration.ZERO);
        }
    },
    API_SERVER_RESTARTED(FINAL_STATES, 1, 60, "", Fault.API_SERVER_RESTARTED),
    API_SERVER_KILLED(FINAL_STATES, 1, 60, "", Fault.API_SERVER_KILLED),
    API_SERVER_THROTTLES(EVERY_CHANGE, 2, 60, "", Fault.API_SERVER_THROTTLES) {
        @Override
        void hold(Scene scene) {
            scene.awaitRestartOfWatch("throttled");
            super.hold(scene);
        }
    },
    API_SERVER_FAILS(EVERY_CHANGE, 2, 60, "", Fault.API_SERVER_FAILS) {
        @Override
        void hold(Scene scene) {
            scene.awaitRestartOfWatch("server_error");
            super.hold(scene);
        }
    },
    CONNECTIONS_CUT(EVERY_CHANGE, 1, 1, "", Fault.CONNECTIONS_CUT),
    TOKEN_EXPIRED(EVERY_CHANGE, 0, 60, "", Fault.TOKEN_EXPIRED) {
        @Override
        void hold(Scene scene) {
            // The API server goes on to honour for ten seconds what it has just seen.
            scene.cutUntilRefused("unauthorized");
            super.hold(scene);
        }
    },
    ROLLED(EVERY_CHANGE, 1, 5, "drained", Fault.ADAPTER_ROLLED),
    FROZEN(EVERY_CHANGE, 2, 30, "", Fault.ADAPTER_FROZEN),
    STANDBY_TAKES_OVER(EVERY_CHANGE, 1, 5, "active: ", Fault.ADAPTER_KILLED) {
        @Override
        boolean standby() {
            return true;
        }

        @Override
        void hold(Scene scene) {
            scene.awaitTakeOver(Patience.ofSeconds(5));
            super.hold(scene);
        }
    },
    BOTH_REPLICAS_FROZEN(EVERY_CHANGE, 17, 60, "active: ", Fault.ADAPTERS_FROZEN) {
        @Override
        boolean standby() {
            return true;
        }
    },
    ROLLED_WITH_A_STANDBY(EVERY_CHANGE, 1, 5, "drained", Fault.ADAPTER_ROLLED) {
        @Override
        boolean standby() {
            return true;
        }
    },
    CHECKPOINT_DELETED(EVERY_CHANGE, 2, 5, "the checkpoint was deleted", Fault.CHECKPOINT_DELETED) {
        @Override
        void after(Scene scene) {
            scene.checkpoint().awaitWritten();
            scene.restart();
        }
    },
    CHECKPOINT_UNWRITABLE(EVERY_CHANGE, 2, 60, "the checkpoint cannot be written", Fault.CHECKPOINT_UNWRITABLE) {
        @Override
        void after(Scene scene) {
            scene.checkpoint().awaitWritten();
            scene.restart();
        }
    },
    CHECKPOINT_DELETED_WHILE_DOWN(
            EVERY_CHANGE_FROM_THEN_ON, 1, 5, "no checkpoint yet", Fault.ADAPTER_KILLED, Fault.CHECKPOINT_DELETED),
    CHECKPOINT_TRUNCATED_WHILE_DOWN(
            EVERY_CHANGE_FROM_THEN_ON,
            1,
            5,
            "the checkpoint cannot be used",
            Fault.ADAPTER_KILLED,
            Fault.CHECKPOINT_TRUNCATED),
    CHECKPOINT_OF_ANOTHER_CLUSTER(
            EVERY_CHANGE_FROM_THEN_ON,
            1,
            5,
            "the checkpoint cannot be used",
            Fault.ADAPTER_KILLED,
            Fault.CHECKPOINT_FOREIGN),
    CHECKPOINT_FORBIDDEN_AT_THE_START(
            EVERY_CHANGE_FROM_THEN_ON, 0, 5, "the checkpoint cannot be written", Fault.CHECKPOINT_UNWRITABLE) {
        @Override
        void hold(Scene scene) {
            scene.restart();
            super.hold(scene);
        }
    };

    /** Whether the faults last as long as the table demands, rather than as short as they may be to be felt. */
    static final boolean FULL = Boolean.getBoolean("faults.full");

    private final Expectation expectation;
    private final int brief;
    private final int full;
    private final String said;
    private final List<Fault> faults;

    Row(Expectation expectation, int brief, int full, String said, Fault... faults) {
        this.expectation = expectation;
        this.brief = brief;
        this.full = full;
        this.said = said;
        this.faults = List.of(faults);
    }

    Expectation expectation() {
        return expectation;
    }

    /** What the log has to say of it. */
    String said() {
        return said;
    }

    /** They begin in this order, and end in the opposite one. */
    List<Fault> faults() {
        return faults;
    }

    int times() {
        return 1;
    }

    /** Whether there are two adapters, of which one works. */
    boolean standby() {
        return false;
    }

    /** What is written meanwhile. */
    Shape load(String namespace) {
        return FULL
                ? new Shape(namespace, "object-", 1_000, 200, Duration.ofMillis(100))
                : new Shape(namespace, "object-", 25, 200, Duration.ofMillis(20));
    }

    /** Lets the faults last. */
    void hold(Scene scene) {
        Scene.pass(Duration.ofSeconds(FULL ? full : brief));
    }

    /** What else happens, while the load goes on, when the faults are over. */
    void after(Scene scene) {}
}

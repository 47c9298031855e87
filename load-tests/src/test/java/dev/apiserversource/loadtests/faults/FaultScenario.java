package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.adapter.LogLine;
import dev.apiserversource.loadtests.faults.FaultOutcome.Expectation;
import dev.apiserversource.loadtests.load.SteadyLoad.Extras;
import dev.apiserversource.loadtests.load.SteadyLoad.Shape;
import dev.apiserversource.loadtests.sink.SinkBehaviour;

import java.time.Duration;
import java.util.List;

import static dev.apiserversource.loadtests.faults.FaultOutcome.Expectation.EVERY_CHANGE;
import static dev.apiserversource.loadtests.faults.FaultOutcome.Expectation.EVERY_CHANGE_AFTERWARDS;
import static dev.apiserversource.loadtests.faults.FaultOutcome.Expectation.FINAL_OBJECTS;
import static dev.apiserversource.loadtests.faults.FaultOutcome.Expectation.FINAL_STATES;

/**
 * A row of the table of faults: which faults happen, for how many seconds (in CI, in full), what the log says, and what
 * the sink receives nevertheless.
 */
@SuppressWarnings("ImmutableEnumChecker") // The list is made by List.of.
enum FaultScenario {
    KILLED_THREE_TIMES(EVERY_CHANGE, 1, 1, "", Fault.ADAPTER_KILLED) {
        @Override
        int repetitions() {
            return 3;
        }
    },
    DOWN_WHILE_HISTORY_LASTS(EVERY_CHANGE, 5, 180, LogLine.RESUMED_FROM_CHECKPOINT, Fault.ADAPTER_KILLED) {
        @Override
        Shape load(String namespace) {
            // In full: so slow that the watch cache, which grew with the first objects, holds three minutes of it.
            return FULL ? new Shape(namespace, "object-", 1_000, 200, Duration.ofSeconds(2)) : super.load(namespace);
        }
    },
    DOWN_AND_HISTORY_LOST(FINAL_STATES, 1, 30, LogLine.GAP_CLOSED, Fault.ADAPTER_KILLED, Fault.WATCH_HISTORY_LOST),
    SINK_REFUSES(FINAL_STATES, 3, 600, "", Fault.SINK_REFUSES),
    SINK_STALLS(FINAL_STATES, 3, 60, "", Fault.SINK_STALLS),
    SINK_OVERLOADED(FINAL_STATES, 3, 60, "", Fault.SINK_OVERLOADED),
    SINK_FAILS_IN_EVERY_WAY(EVERY_CHANGE, 0, 0, "", Fault.SINK_RESETS) {
        @Override
        void hold(FaultTarget target) {
            for (SinkBehaviour behaviour : List.of(
                    SinkBehaviour.RESET,
                    SinkBehaviour.STATUS_500,
                    SinkBehaviour.STATUS_503_RETRY_AFTER,
                    SinkBehaviour.STATUS_429_RETRY_AFTER,
                    SinkBehaviour.ACCEPT_AND_RESET,
                    SinkBehaviour.ACCEPT_AFTER_5_MS)) {
                target.sinkForAttempts(behaviour, ATTEMPTS);
            }
        }
    },
    SINK_AWAY_AND_HISTORY_LOST(FINAL_STATES, 1, 30, LogLine.GAP_CLOSED, Fault.SINK_REFUSES) {
        @Override
        void hold(FaultTarget target) {
            target.awaitNoCapacity();
            super.hold(target);
            Fault.WATCH_HISTORY_LOST.begin(target);
        }

        @Override
        Shape load(String namespace) {
            return new Shape(namespace, "object-", 100, 4_000, Duration.ZERO);
        }
    },
    SINK_SLOW_UNTIL_WATCH_IS_CLOSED(FINAL_STATES, 0, 0, "", Fault.SINK_SLOW) {
        @Override
        void hold(FaultTarget target) {
            target.awaitWatchRestart("ended");
        }

        @Override
        Shape load(String namespace) {
            // Few objects: most of their events wait for an earlier event of the same object.
            return new Shape(namespace, "busy-", 3, 4_000, Duration.ZERO);
        }
    },
    API_SERVER_RESTARTED(FINAL_STATES, 1, 60, "", Fault.API_SERVER_RESTARTED),
    API_SERVER_KILLED(FINAL_STATES, 1, 60, "", Fault.API_SERVER_KILLED),
    HISTORY_LOST(FINAL_STATES, 0, 0, "", Fault.WATCH_HISTORY_LOST),
    API_SERVER_THROTTLES(EVERY_CHANGE, 2, 60, "", Fault.API_SERVER_THROTTLES) {
        @Override
        void hold(FaultTarget target) {
            target.awaitWatchRestart("throttled");
            super.hold(target);
        }
    },
    API_SERVER_FAILS(EVERY_CHANGE, 2, 60, "", Fault.API_SERVER_FAILS) {
        @Override
        void hold(FaultTarget target) {
            target.awaitWatchRestart("server_error");
            super.hold(target);
        }
    },
    CONNECTIONS_CLOSED(EVERY_CHANGE, 1, 1, "", Fault.CONNECTIONS_CLOSED),
    TOKEN_EXPIRED(EVERY_CHANGE, 0, 60, "", Fault.TOKEN_EXPIRED) {
        @Override
        void hold(FaultTarget target) {
            // The API server caches a successful authentication for ten seconds.
            target.closeConnectionsUntilWatchRestart("unauthorized");
            super.hold(target);
        }
    },
    API_SERVER_NOT_FOUND(EVERY_CHANGE, 5, 60, "", Fault.API_SERVER_NOT_FOUND),
    GONE_HIDDEN(FINAL_STATES, 1, 30, LogLine.GAP_CLOSED, Fault.GONE_HIDDEN, Fault.ADAPTER_KILLED) {
        @Override
        void hold(FaultTarget target) {
            super.hold(target);
            Fault.WATCH_HISTORY_LOST.begin(target);
        }
    },
    API_SERVER_LAGS(EVERY_CHANGE, 2, 10, "", Fault.TWO_API_SERVERS) {
        @Override
        void hold(FaultTarget target) {
            for (int i = 0; i < LAGS; i++) {
                target.apiServer().suspendSecond();
                super.hold(target);
                target.apiServer().resumeSecond();
                target.awaitEvents(ATTEMPTS);
            }
        }
    },
    ETCD_SET_BACK(FINAL_OBJECTS, 0, 0, "", Fault.ETCD_SET_BACK) {
        @Override
        void before(FaultTarget target) {
            saveEtcd(target);
        }

        @Override
        Shape load(String namespace) {
            return new Shape(namespace, "object-", 25, 200, Duration.ofSeconds(1));
        }
    },
    ETCD_SET_BACK_UNDER_LOAD(FINAL_OBJECTS, 0, 0, "", Fault.API_SERVER_FAILS, Fault.ETCD_SET_BACK) {
        @Override
        void before(FaultTarget target) {
            saveEtcd(target);
        }

        @Override
        void hold(FaultTarget target) {
            target.apiServer().awaitRevisionPassed();
        }
    },
    ETCD_SET_BACK_WHILE_DOWN(
            EVERY_CHANGE_AFTERWARDS, 0, 0, LogLine.GAP_CLOSED, Fault.ADAPTER_KILLED, Fault.ETCD_SET_BACK) {
        @Override
        void before(FaultTarget target) {
            saveEtcd(target);
        }

        @Override
        void afterwards(FaultTarget target) {
            // The checkpoint was set back as well, so what the sink received before cannot be known.
            target.sink().startOver();
        }

        @Override
        Shape load(String namespace) {
            return ETCD_SET_BACK.load(namespace);
        }
    },
    CONVERSION_WEBHOOK_AWAY(EVERY_CHANGE, 10, 60, "", Fault.CONVERSION_WEBHOOK_AWAY, Fault.CONNECTIONS_CLOSED),
    CONVERSION_WEBHOOK_AWAY_FROM_A_NEW_API_SERVER(FINAL_STATES, 5, 60, "", Fault.CONVERSION_WEBHOOK_AWAY) {
        @Override
        void hold(FaultTarget target) {
            target.plane().crashApiServer(); // Without its watch cache it has to convert every object again.
            super.hold(target);
        }
    },
    KILLED_WITH_SHORT_LIVED_OBJECTS(EVERY_CHANGE, 1, 1, "", Fault.ADAPTER_KILLED) {
        @Override
        int repetitions() {
            return 3;
        }

        @Override
        Shape load(String namespace) {
            return super.load(namespace).with(new Extras(0, true));
        }
    },
    KILLED_WHILE_OBJECTS_EXPIRE(EVERY_CHANGE, 3, 3, "", Fault.SINK_OVERLOADED) {
        @Override
        void hold(FaultTarget target) {
            // Of the deletes under one resourceVersion some are delivered, and the others are not before the kill.
            target.awaitExpiryAttempted();
            target.sinkAccepts();
            target.awaitExpiryTaken();
            target.sink(SinkBehaviour.STATUS_503);
            super.hold(target); // Longer than until the next checkpoint.
            target.restart();
        }

        @Override
        boolean needsCheckpoint() {
            return true;
        }

        @Override
        Shape load(String namespace) {
            return new Shape(namespace, "object-", 3, 200, Duration.ofMillis(500)).with(new Extras(150, false));
        }
    },
    ROLLED(EVERY_CHANGE, 1, 5, LogLine.DRAINED, Fault.ADAPTER_ROLLED),
    FROZEN(EVERY_CHANGE, 2, 30, "", Fault.ADAPTER_FROZEN),
    STANDBY_TAKES_OVER(EVERY_CHANGE, 1, 5, "", Fault.ADAPTER_KILLED) {
        @Override
        boolean standby() {
            return true;
        }

        @Override
        void hold(FaultTarget target) {
            target.awaitTakeOver();
            super.hold(target);
        }
    },
    LEADER_FROZEN(EVERY_CHANGE, 0, 30, "", Fault.LEADER_FROZEN) {
        @Override
        boolean standby() {
            return true;
        }

        @Override
        void hold(FaultTarget target) {
            target.awaitTakeOver();
            super.hold(target);
        }
    },
    BOTH_REPLICAS_FROZEN(EVERY_CHANGE, 7, 60, "", Fault.ADAPTERS_FROZEN) {
        @Override
        boolean standby() {
            return true;
        }
    },
    ROLLED_WITH_STANDBY(EVERY_CHANGE, 1, 5, LogLine.DRAINED, Fault.ADAPTER_ROLLED) {
        @Override
        boolean standby() {
            return true;
        }
    },
    API_SERVER_AWAY_BEYOND_LEASE(FINAL_STATES, 7, 60, "", Fault.API_SERVER_RESTARTED) {
        @Override
        boolean standby() {
            return true;
        }

        @Override
        void afterwards(FaultTarget target) {
            target.assertLeaderUnchanged();
        }
    },
    CHECKPOINT_DELETED(EVERY_CHANGE, 2, 5, LogLine.CHECKPOINT_DELETED, Fault.CHECKPOINT_DELETED) {
        @Override
        void afterwards(FaultTarget target) {
            target.checkpoint().awaitWritten();
            target.restart();
        }
    },
    CHECKPOINT_UNWRITABLE(EVERY_CHANGE, 2, 60, LogLine.CHECKPOINT_NOT_WRITTEN, Fault.CHECKPOINT_FORBIDDEN) {
        @Override
        void hold(FaultTarget target) {
            // A write follows the one before after seconds.
            target.awaitLog(LogLine.CHECKPOINT_NOT_WRITTEN);
            super.hold(target);
        }

        @Override
        void afterwards(FaultTarget target) {
            target.checkpoint().awaitWritten();
            target.restart();
        }
    },
    CHECKPOINT_DELETED_WHILE_DOWN(
            EVERY_CHANGE_AFTERWARDS, 1, 5, LogLine.NO_CHECKPOINT, Fault.ADAPTER_KILLED, Fault.CHECKPOINT_DELETED),
    CHECKPOINT_TRUNCATED_WHILE_DOWN(
            EVERY_CHANGE_AFTERWARDS,
            1,
            5,
            LogLine.CHECKPOINT_UNUSABLE,
            Fault.ADAPTER_KILLED,
            Fault.CHECKPOINT_TRUNCATED),
    CHECKPOINT_OF_ANOTHER_CLUSTER(
            EVERY_CHANGE_AFTERWARDS, 1, 5, LogLine.CHECKPOINT_UNUSABLE, Fault.ADAPTER_KILLED, Fault.CHECKPOINT_FOREIGN),
    CHECKPOINT_SHARD_DELETED_WHILE_DOWN(
            EVERY_CHANGE, 1, 5, LogLine.RESUMED_FROM_CHECKPOINT, Fault.ADAPTER_KILLED, Fault.CHECKPOINT_SHARD_DELETED),
    CHECKPOINT_QUOTA_EXHAUSTED(EVERY_CHANGE, 0, 0, "", Fault.CHECKPOINT_QUOTA_EXHAUSTED) {
        @Override
        void hold(FaultTarget target) {
            // More objects than fit into the shards that exist.
            target.createObjects(OBJECTS_OF_ONE_SHARD);
            target.awaitLog(LogLine.CHECKPOINT_CANNOT_GROW, GROWTH);
            target.restart();
            target.awaitEvents(ATTEMPTS);
        }
    },
    CHECKPOINT_FORBIDDEN_AT_START(EVERY_CHANGE, 2, 60, LogLine.WAITING_FOR_CHECKPOINT, Fault.CHECKPOINT_FORBIDDEN) {
        @Override
        void hold(FaultTarget target) {
            target.kill();
            target.start();
            target.awaitLog(LogLine.WAITING_FOR_CHECKPOINT);
            super.hold(target);
        }
    };

    /** Whether faults last for as long as the guarantees name, rather than as short as they have an effect. */
    static final boolean FULL = Boolean.getBoolean("faults.full");

    private static final int SOME_EVENTS = 30;

    /** How often an API server lags. */
    private static final int LAGS = 4;

    /** One more than the adapter keeps in one shard. */
    private static final int OBJECTS_OF_ONE_SHARD = 8_001;

    /** Longer than the throttle of the checkpoint spreads writes of so many objects. */
    private static final Duration GROWTH = Duration.ofMinutes(8);

    /** Attempts that each behaviour of a sink gets: more than are in flight at a time. */
    private static final int ATTEMPTS = 200;

    private final Expectation expectation;
    private final int briefSeconds;
    private final int fullSeconds;
    private final String log;
    private final List<Fault> faults;

    FaultScenario(Expectation expectation, int briefSeconds, int fullSeconds, String log, Fault... faults) {
        this.expectation = expectation;
        this.briefSeconds = briefSeconds;
        this.fullSeconds = fullSeconds;
        this.log = log;
        this.faults = List.of(faults);
    }

    Expectation expectation() {
        return expectation;
    }

    /** How a message of the log begins; empty when none is required. */
    String log() {
        return log;
    }

    /** The faults begin in this order and end in the opposite one. */
    List<Fault> faults() {
        return faults;
    }

    int repetitions() {
        return 1;
    }

    /** Whether what happens begins when there is a checkpoint of all objects. */
    boolean needsCheckpoint() {
        return faults.stream().anyMatch(Fault::needsCheckpoint);
    }

    /** Whether there are a leader and a standby. */
    boolean standby() {
        return false;
    }

    /** The load during the scenario. */
    Shape load(String namespace) {
        return FULL
                ? new Shape(namespace, "object-", 1_000, 200, Duration.ofMillis(100))
                : new Shape(namespace, "object-", 25, 200, Duration.ofMillis(20));
    }

    /** What happens under load before the faults begin. */
    void before(FaultTarget target) {}

    private static void saveEtcd(FaultTarget target) {
        target.plane().saveEtcd();
        target.awaitEvents(SOME_EVENTS); // Changes that are undone later.
    }

    /** Returns when the faults have lasted long enough. */
    void hold(FaultTarget target) {
        Fault.lasts(Duration.ofSeconds(FULL ? fullSeconds : briefSeconds));
    }

    /** What else happens under load when the faults are over. */
    void afterwards(FaultTarget target) {}
}

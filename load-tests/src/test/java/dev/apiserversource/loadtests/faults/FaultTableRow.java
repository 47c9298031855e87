package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.cluster.ApiServerOption;
import dev.apiserversource.loadtests.faults.FaultOutcome.Expectation;
import dev.apiserversource.loadtests.load.LoadKind;
import dev.apiserversource.loadtests.load.SteadyLoad.Shape;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static dev.apiserversource.loadtests.faults.FaultScenario.API_SERVER_RESTARTED;
import static dev.apiserversource.loadtests.faults.FaultScenario.BOTH_REPLICAS_FROZEN;
import static dev.apiserversource.loadtests.faults.FaultScenario.CHECKPOINT_DELETED_WHILE_DOWN;
import static dev.apiserversource.loadtests.faults.FaultScenario.CHECKPOINT_FORBIDDEN_AT_START;
import static dev.apiserversource.loadtests.faults.FaultScenario.CHECKPOINT_OF_ANOTHER_CLUSTER;
import static dev.apiserversource.loadtests.faults.FaultScenario.CHECKPOINT_QUOTA_EXHAUSTED;
import static dev.apiserversource.loadtests.faults.FaultScenario.CONNECTIONS_CLOSED;
import static dev.apiserversource.loadtests.faults.FaultScenario.CONVERSION_WEBHOOK_AWAY;
import static dev.apiserversource.loadtests.faults.FaultScenario.CONVERSION_WEBHOOK_AWAY_FROM_A_NEW_API_SERVER;
import static dev.apiserversource.loadtests.faults.FaultScenario.DOWN_AND_HISTORY_LOST;
import static dev.apiserversource.loadtests.faults.FaultScenario.DOWN_WHILE_HISTORY_LASTS;
import static dev.apiserversource.loadtests.faults.FaultScenario.ETCD_SET_BACK_UNDER_LOAD;
import static dev.apiserversource.loadtests.faults.FaultScenario.GONE_HIDDEN;
import static dev.apiserversource.loadtests.faults.FaultScenario.HISTORY_LOST;
import static dev.apiserversource.loadtests.faults.FaultScenario.KILLED_THREE_TIMES;
import static dev.apiserversource.loadtests.faults.FaultScenario.KILLED_WHILE_OBJECTS_EXPIRE;
import static dev.apiserversource.loadtests.faults.FaultScenario.ROLLED;
import static dev.apiserversource.loadtests.faults.FaultScenario.SINK_REFUSES;
import static dev.apiserversource.loadtests.faults.FaultScenario.STANDBY_TAKES_OVER;

/** A scenario and the kind of objects that the load writes meanwhile. */
record FaultTableRow(FaultScenario scenario, LoadKind kind) {

    /** Scenarios that take long, or that differ little from another one. They are not run where time matters. */
    private static final Set<FaultScenario> ONLY_IN_FULL = Set.of(
            DOWN_WHILE_HISTORY_LASTS,
            GONE_HIDDEN, // Events are where it happens.
            CONVERSION_WEBHOOK_AWAY,
            ETCD_SET_BACK_UNDER_LOAD,
            BOTH_REPLICAS_FROZEN,
            CHECKPOINT_DELETED_WHILE_DOWN,
            CHECKPOINT_OF_ANOTHER_CLUSTER,
            CHECKPOINT_QUOTA_EXHAUSTED); // It takes a minute to write so many objects.

    /** Scenarios that are run with one other kind, because ConfigMaps do not have what they are about. */
    private static final Map<FaultScenario, LoadKind> INSTEAD = Map.of(
            CONVERSION_WEBHOOK_AWAY, LoadKind.WIDGETS,
            CONVERSION_WEBHOOK_AWAY_FROM_A_NEW_API_SERVER, LoadKind.WIDGETS,
            KILLED_WHILE_OBJECTS_EXPIRE, LoadKind.EVENTS,
            // These are about the ConfigMaps of the checkpoint, so the load needs another kind.
            CHECKPOINT_QUOTA_EXHAUSTED, LoadKind.LEASES,
            CHECKPOINT_FORBIDDEN_AT_START, LoadKind.EVENTS);

    /** Scenarios that are run with these kinds, too. */
    private static final Map<LoadKind, List<FaultScenario>> ALSO =
            Map.of(LoadKind.EVENTS, List.of(KILLED_THREE_TIMES, API_SERVER_RESTARTED, GONE_HIDDEN));

    /** Scenarios that are run with these kinds, too, where time does not matter. */
    private static final Map<LoadKind, List<FaultScenario>> ALSO_IN_FULL = Map.of(
            LoadKind.EVENTS,
                    List.of(DOWN_WHILE_HISTORY_LASTS, DOWN_AND_HISTORY_LOST, SINK_REFUSES, CONNECTIONS_CLOSED, ROLLED),
            LoadKind.LEASES, List.of(KILLED_THREE_TIMES, HISTORY_LOST, ROLLED, STANDBY_TAKES_OVER),
            LoadKind.WIDGETS, List.of(KILLED_THREE_TIMES, API_SERVER_RESTARTED));

    static List<FaultTableRow> all() {
        List<FaultTableRow> rows = new ArrayList<>();
        for (FaultScenario scenario : FaultScenario.values()) {
            if (FaultScenario.FULL || !ONLY_IN_FULL.contains(scenario)) {
                rows.add(new FaultTableRow(scenario));
            }
        }
        add(ALSO, rows);
        if (FaultScenario.FULL) {
            add(ALSO_IN_FULL, rows);
        }
        return rows;
    }

    private static void add(Map<LoadKind, List<FaultScenario>> more, List<FaultTableRow> rows) {
        for (LoadKind kind : LoadKind.values()) {
            more.getOrDefault(kind, List.of()).forEach(scenario -> rows.add(new FaultTableRow(scenario, kind)));
        }
    }

    private FaultTableRow(FaultScenario scenario) {
        this(scenario, INSTEAD.getOrDefault(scenario, LoadKind.CONFIG_MAPS));
    }

    /** Reads {@code SCENARIO} or {@code SCENARIO/KIND}. */
    static FaultTableRow parse(String row) {
        String[] parts = row.split("/", 2);
        FaultScenario scenario = FaultScenario.valueOf(parts[0]);
        return parts.length == 1
                ? new FaultTableRow(scenario)
                : new FaultTableRow(scenario, LoadKind.valueOf(parts[1]));
    }

    /** What the API server needs for this kind. */
    ApiServerOption[] options() {
        return kind == LoadKind.EVENTS
                ? new ApiServerOption[] {ApiServerOption.SHORT_EVENT_TTL, ApiServerOption.COMPACTION_EVERY_MINUTE}
                : new ApiServerOption[0];
    }

    /** What the sink must have received. */
    Expectation expectation() {
        // Of an object that changes faster than its events are delivered, states in between are reported as a gap.
        return kind == LoadKind.LEASES && scenario.expectation() == Expectation.EVERY_CHANGE
                ? Expectation.FINAL_STATES
                : scenario.expectation();
    }

    /** The load during the scenario. */
    Shape load(String namespace) {
        return kind == LoadKind.LEASES
                // Few objects: each is written several times a second.
                ? new Shape(namespace, "object-", 2, 50, Duration.ofMillis(20))
                : scenario.load(namespace);
    }

    @Override
    public String toString() {
        return kind == LoadKind.CONFIG_MAPS ? scenario.name() : scenario + "/" + kind;
    }
}

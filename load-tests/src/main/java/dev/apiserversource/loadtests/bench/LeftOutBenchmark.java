package dev.apiserversource.loadtests.bench;

import dev.apiserversource.adapter.event.EventFactory;
import dev.apiserversource.adapter.event.EventMode;
import dev.apiserversource.adapter.filter.AttributeFilter;
import dev.apiserversource.adapter.filter.CesqlException;
import dev.apiserversource.adapter.filter.CesqlFilter;
import dev.apiserversource.adapter.filter.EventFilter;
import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ChangedPart;
import dev.apiserversource.adapter.model.DataPolicy;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectOptions;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.StreamState.PendingChange;
import dev.apiserversource.adapter.watch.ChangeListener;
import dev.apiserversource.adapter.watch.EmitRules;
import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * What leaving out costs and saves: CPU time from a watch frame to its event, or to nothing, and the bytes of the
 * event, which count against what can be pending. Of the frame of 4.8 kB, 44 % are managedFields.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LeftOutBenchmark implements ChangeListener {

    private static final int CONTAINERS = 2;
    private static final int MANAGERS = 4;

    /**
     * What is left out. The events of all but {@code nothing}, {@code managedFields}, {@code redacted} and {@code
     * previous} are. That one adds to the data: what the update has changed.
     */
    @Param({"nothing", "managedFields", "redacted", "eventTypes", "exact", "cesql", "changes", "previous"})
    public String leftOut = "";

    private final EventFactory events =
            new EventFactory(EventMode.RESOURCE, URI.create("https://127.0.0.1:6443"), "default", "bench", Map.of());
    private byte[] frame = {};
    private @Nullable PodWatch pods;
    private @Nullable CloudEvent last;

    /** Opens the watch that the frames are sent through. */
    @Setup
    public void openWatch() throws CesqlException {
        frame = PodWatch.frame(CONTAINERS, MANAGERS);
        ObjectOptions options = new ObjectOptions(
                leftOut.equals("changes") ? ChangedPart.SPEC : ChangedPart.ANY,
                leftOut.equals("redacted") ? List.of("/spec/containers/*/env") : List.of(),
                leftOut.equals("previous"));
        DataPolicy data = new DataPolicy(!leftOut.equals("managedFields"), true);
        pods = PodWatch.open(PodWatch.selection(options, data), rules(), this);
        if (leftOut.equals("changes")) {
            // The first update is emitted.
            throughTheAdapter();
            last = null;
        }
    }

    private EmitRules rules() throws CesqlException {
        EventFilter filter = filter();
        EnumSet<Change.Kind> kinds =
                leftOut.equals("eventTypes") ? EnumSet.of(Change.Kind.DELETED) : EnumSet.allOf(Change.Kind.class);
        return new EmitRules(object -> true, kinds, change -> filter.test(events.attributes(change, PodWatch.NOW)));
    }

    private EventFilter filter() throws CesqlException {
        return switch (leftOut) {
            case "exact" -> new AttributeFilter(AttributeFilter.Match.EXACT, Map.of("name", "another"));
            case "cesql" -> CesqlFilter.of("type LIKE '%.update' AND name IN ('another', 'third')");
            default -> EventFilter.none();
        };
    }

    /** From bytes to Change to CloudEvent, or to nothing. */
    @Benchmark
    public @Nullable CloudEvent throughTheAdapter() {
        Objects.requireNonNull(pods, "no watch yet").send(frame);
        return last;
    }

    /** Prints the size of an event. */
    @TearDown
    public void printSize() {
        int bytes = last == null
                ? 0
                : Objects.requireNonNull(last.getData(), "no data").toBytes().length;
        System.out.printf("%n# %s: an event has %d bytes of data, the frame %d%n", leftOut, bytes, frame.length);
    }

    @Override
    public void onChange(Change change, PendingChange settled) {
        last = events.create(change, PodWatch.NOW);
        settled.run();
    }

    @Override
    public void onReplay(Change change, String replay, Runnable settled) {}

    @Override
    public void onGap(WatchTarget target, Gap gap, Runnable settled) {
        throw new IllegalStateException(gap.toString());
    }

    @Override
    public void onDenied(String why) {
        throw new IllegalStateException(why);
    }
}

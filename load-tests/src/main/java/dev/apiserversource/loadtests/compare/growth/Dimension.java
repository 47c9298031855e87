package dev.apiserversource.loadtests.compare.growth;

import dev.apiserversource.loadtests.compare.row.Flow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What grows, while everything else stays as in the row {@code capacity}. */
enum Dimension {
    OBJECTS("objects", 1_000, 1_000_000) {
        @Override
        Flow.Load load(long size, long events) {
            return new Flow.Load(false, size, BYTES_OF_AN_OBJECT, 1, events);
        }
    },

    /** Over HTTP/2: a connection for each watch is what no adapter has. At least ten objects each. */
    STREAMS("streams, over TLS and HTTP/2", 1, 5_000) {
        @Override
        Flow.Load load(long size, long events) {
            long objects = Math.max(10, OBJECTS_IN_ROTATION / size);
            return new Flow.Load(true, objects, BYTES_OF_AN_OBJECT, Math.toIntExact(size), events);
        }
    },

    /** As many objects as are a hundred megabytes, but enough for what is in flight; events of two gigabytes. */
    BYTES("bytes of an object", 500, 1_000_000) {
        @Override
        Flow.Load load(long size, long events) {
            long objects = Math.max(100, Math.min(OBJECTS_IN_ROTATION, HUNDRED_MEGABYTES / size));
            return new Flow.Load(false, objects, size, 1, Math.min(events, 20 * HUNDRED_MEGABYTES / size));
        }
    },

    /** So many objects that their order is not the limit. */
    IN_FLIGHT("events in flight, sink 5 ms", 1, 1_000) {
        @Override
        Flow.Load load(long size, long events) {
            return new Flow.Load(false, 10 * OBJECTS_IN_ROTATION, BYTES_OF_AN_OBJECT, 1, events);
        }

        @Override
        Flow.Limits limits(long size, Duration time) {
            return new Flow.Limits(5, Math.toIntExact(size), time);
        }
    };

    private static final long BYTES_OF_AN_OBJECT = 2_500;
    private static final long OBJECTS_IN_ROTATION = 1_000;
    private static final long HUNDRED_MEGABYTES = 100_000_000;

    private final String label;
    private final long least;
    private final long most;

    Dimension(String label, long least, long most) {
        this.label = label;
        this.least = least;
        this.most = most;
    }

    /** Its plots. */
    Chart chart() {
        return new Chart(shortName(), label, Metric.plotted());
    }

    /** The sizes that are measured: the least, three times the least, ten times the least …, the most. */
    List<Long> sizes() {
        List<Long> sizes = new ArrayList<>();
        for (long decade = least; decade < most; decade *= 10) {
            sizes.add(decade);
            if (3 * decade < most) {
                sizes.add(3 * decade);
            }
        }
        sizes.add(most);
        return sizes;
    }

    /** As on the command line and in names of files. */
    String shortName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What flows at this size. */
    abstract Flow.Load load(long size, long events);

    /** What bounds it. */
    Flow.Limits limits(long size, Duration time) {
        return new Flow.Limits(0, 0, time);
    }
}

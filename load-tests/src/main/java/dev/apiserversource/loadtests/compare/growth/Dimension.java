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
        Flow.Load load(long value, long events, Duration limit) {
            return new Flow.Load(value, BYTES_OF_AN_OBJECT, 1, events, 0, 0, limit);
        }
    },

    STREAMS("streams, ten objects in each, over TLS and HTTP/2 from two on", 1, 1_000) {
        @Override
        Flow.Load load(long value, long events, Duration limit) {
            return new Flow.Load(10, BYTES_OF_AN_OBJECT, Math.toIntExact(value), events, 0, 0, limit);
        }
    },

    /** So many objects that they are a hundred megabytes, and at least as many events as are in flight. */
    BYTES("bytes of an object", 500, 1_000_000) {
        @Override
        Flow.Load load(long value, long events, Duration limit) {
            long objects = Math.max(100, Math.min(OBJECTS_IN_ROTATION, HUNDRED_MEGABYTES / value));
            long flowing = Math.max(2_000, Math.min(events, 20 * HUNDRED_MEGABYTES / value));
            return new Flow.Load(objects, value, 1, flowing, 0, 0, limit);
        }
    },

    /** Objects enough that their order is not the limit. */
    IN_FLIGHT("events in flight, sink 5 ms", 1, 1_000) {
        @Override
        Flow.Load load(long value, long events, Duration limit) {
            return new Flow.Load(10_000, BYTES_OF_AN_OBJECT, 1, events, 5, Math.toIntExact(value), limit);
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

    /** What the axis of its plots says. */
    String label() {
        return label;
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

    /** The load for one value. */
    abstract Flow.Load load(long value, long events, Duration limit);
}

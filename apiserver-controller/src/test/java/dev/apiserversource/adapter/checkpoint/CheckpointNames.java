package dev.apiserversource.adapter.checkpoint;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The ConfigMaps that the adapter may write, for the contract test of the controller, which grants them by name. */
public final class CheckpointNames {

    private static final int OBJECTS = 1_000_000;
    private static final int STEP = 1_000;

    private CheckpointNames() {}

    /** The names of all ConfigMaps of the checkpoint {@code name}, for every number of objects. */
    public static List<String> of(String name) {
        Stream<String> shards = IntStream.rangeClosed(0, OBJECTS / STEP)
                .mapToObj(thousands -> ShardLayout.forObjects(thousands * STEP))
                .distinct()
                .flatMap(layout -> IntStream.range(0, layout.shards()).mapToObj(shard -> layout.name(name, shard)));
        Stream<String> segments =
                IntStream.range(0, ShardLayout.MAX_SEGMENTS).mapToObj(number -> ShardLayout.segmentName(name, number));
        return Stream.concat(Stream.of(name), Stream.concat(shards, segments)).toList();
    }
}

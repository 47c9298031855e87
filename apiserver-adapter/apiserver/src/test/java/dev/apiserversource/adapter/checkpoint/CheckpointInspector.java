package dev.apiserversource.adapter.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.adapter.model.ObjectState;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Looks into the ConfigMaps of a checkpoint of one stream. */
public final class CheckpointInspector {

    private final String name;
    private final Function<String, Optional<ObjectNode>> configMaps;

    /** The checkpoint {@code name} among {@code configMaps}, which finds one by its name. */
    public CheckpointInspector(String name, Function<String, Optional<ObjectNode>> configMaps) {
        this.name = name;
        this.configMaps = configMaps;
    }

    /**
     * The names of the objects that it says were settled, each with the resourceVersion; empty when there is none
     * yet.
     */
    public Map<String, String> settled() {
        Map<String, String> settled = new TreeMap<>();
        Optional<Manifest> manifest = bytes(name).map(bytes -> parse(bytes, CheckpointCodec::manifest));
        if (manifest.isEmpty()) {
            return settled;
        }
        ShardLayout layout =
                new ShardLayout(manifest.get().parts().generations().size());
        for (int i = 0; i < layout.shards(); i++) {
            Manifest.Shard shard = parse(bytes(layout.name(name, i)).orElseThrow(), CheckpointCodec::shard);
            // Shards are written first; what they hold of a stream that the main part does not name yet does not count.
            manifest.get().streams().keySet().forEach(stream -> shard.states()
                    .getOrDefault(stream, List.of())
                    .forEach(state -> put(settled, state)));
        }
        manifest.get().parts().journal().forEach(named -> {
            byte[] segment =
                    bytes(ShardLayout.segmentName(name, named.number())).orElseThrow();
            parse(segment, CheckpointCodec::segment).states().values().forEach(states -> replace(settled, states));
        });
        manifest.get().streams().values().forEach(stream -> replace(settled, stream.changedStates()));
        return settled;
    }

    private static void replace(Map<String, String> settled, Map<String, byte[]> states) {
        states.forEach((object, state) -> {
            settled.remove(object.substring(object.indexOf('/') + 1));
            if (state != null) {
                put(settled, state);
            }
        });
    }

    /** How many gaps it says were closed and are not settled. */
    public int unsettledGaps() {
        return bytes(name)
                .map(bytes -> parse(bytes, CheckpointCodec::manifest))
                .map(manifest -> manifest.streams().values().stream()
                        .mapToInt(stream -> stream.unsettledGaps().size())
                        .sum())
                .orElse(0);
    }

    private static void put(Map<String, String> settled, byte[] state) {
        ObjectState known = ObjectState.unpack(state);
        settled.put(known.name(), known.resourceVersion());
    }

    private Optional<byte[]> bytes(String configMap) {
        return configMaps.apply(configMap).map(found -> {
            try {
                return found.at("/binaryData/checkpoint").binaryValue();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private interface Parsing<T> {
        T parse(byte[] bytes) throws IOException;
    }

    private static <T> T parse(byte[] bytes, Parsing<T> parsing) {
        try {
            return parsing.parse(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

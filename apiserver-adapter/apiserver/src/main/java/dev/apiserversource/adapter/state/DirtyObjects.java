package dev.apiserversource.adapter.state;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The objects whose settled state is newer than the one in the shards and the journal of the checkpoint. Bounded:
 * beyond its limit it holds no names and says that all objects are dirty. Without a checkpoint it stays in that state
 * and needs no memory.
 */
public final class DirtyObjects {

    /** Names kept while the checkpoint cannot be written. */
    public static final int LIMIT = 16_384;

    private Map<String, Set<String>> objects = new LinkedHashMap<>();
    private Listener listener = urgent -> {};
    private int size;
    private boolean all;

    /** Called when there is something to write. */
    @FunctionalInterface
    public interface Listener {

        /** {@code urgent} is false when only a position has moved. */
        void onDirty(boolean urgent);
    }

    /**
     * The dirty objects at one time.
     *
     * @param all whether all objects are dirty; {@code objects} is empty then
     * @param objects {@code namespace/name} of each object, by the id of its stream
     */
    public record Content(boolean all, Map<String, Set<String>> objects) {}

    /** Registers the one listener. */
    public void listen(Listener newListener) {
        listener = newListener;
    }

    /** Whether all objects are dirty. */
    public boolean isAll() {
        return all;
    }

    /** {@code namespace/name} of each dirty object, by the id of its stream; empty when all are dirty. */
    public Map<String, Set<String>> objects() {
        return objects;
    }

    /** How many names are held. */
    public int size() {
        return size;
    }

    /** Marks every object of every stream, so that all shards are written. */
    public void addAll() {
        all = true;
        clear();
        listener.onDirty(true);
    }

    /** Removes and returns the content, before it is written. */
    public Content take() {
        Content content = new Content(all, objects);
        all = false;
        clear();
        return content;
    }

    /** Adds what {@link #take} returned and could not be written. */
    public void putBack(Content content) {
        if (content.all()) {
            addAll();
        }
        content.objects().forEach((stream, names) -> names.forEach(name -> add(stream, name)));
    }

    void add(String stream, String object) {
        if (!all && objects.computeIfAbsent(stream, s -> new LinkedHashSet<>()).add(object) && ++size > LIMIT) {
            all = true;
            clear();
        }
        listener.onDirty(true);
    }

    /** Something that is not the state of an object has changed, such as a gap. */
    public void touch() {
        listener.onDirty(true);
    }

    void positionMoved() {
        listener.onDirty(false);
    }

    private void clear() {
        objects = new LinkedHashMap<>();
        size = 0;
    }
}

package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.adapter.state.ObjectIndex;

import java.util.List;
import java.util.Optional;

/** Gives each stream what was kept of it when the process before this one ended. */
public interface Memory {

    /** Keeps nothing beyond the life of the process. */
    Memory NONE = new Memory() {
        @Override
        public StreamMemory of(WatchTarget target) {
            return new Forgetful();
        }

        @Override
        public void allFound() {}
    };

    /** The memory of the stream of {@code target}; to be asked for once per target. */
    StreamMemory of(WatchTarget target);

    /** Every stream there is has asked; what is kept of others is of no use any more. */
    void allFound();

    /** The memory of one stream. It owns the stream's index, and is told whatever a later process needs to go on here. */
    interface StreamMemory {

        /** The index of known objects, which the stream reads and writes; as it was kept, or empty. */
        ObjectIndex index();

        /** Where to go on; empty when the stream was never complete before. */
        Optional<Resumption> resumption();

        /** Whether the object is part of the memory itself: it must not be told of, or each telling would cause the next. */
        boolean isOwn(ObjectMetadata object);

        /** What the index says of this object has just changed. When that is worth telling, it is told next. */
        void indexed(String namespace, String name);

        /** The stream has begun a list whose objects come out as changes: from now on it is worth being remembered, even without a position. */
        void began();

        /** Everything up to {@code resourceVersion} has been read and handed on. */
        void readUpTo(String resourceVersion);

        /** There is no position any more: the stream has to list and to compare. */
        void lostPosition();
    }

    /**
     * Where a stream goes on.
     *
     * @param position the resourceVersion to watch from; empty to list and compare with the index
     * @param replay what of the watch is known already
     * @param doubtful objects that are not in the index although the sink may have been told that they exist, packed
     * @param gapFrom without a position: the last resourceVersion up to which every change was settled; empty when there is none
     * @param untold gaps that were closed and perhaps not told
     */
    record Resumption(String position, Replay replay, List<byte[]> doubtful, String gapFrom, List<Gap> untold) {}

    /** The memory of a stream that does not outlive the process. */
    final class Forgetful implements StreamMemory {

        private final ObjectIndex index = new ObjectIndex();

        @Override
        public ObjectIndex index() {
            return index;
        }

        @Override
        public Optional<Resumption> resumption() {
            return Optional.empty();
        }

        @Override
        public boolean isOwn(ObjectMetadata object) {
            return false;
        }

        @Override
        public void indexed(String namespace, String name) {}

        @Override
        public void began() {}

        @Override
        public void readUpTo(String resourceVersion) {}

        @Override
        public void lostPosition() {}
    }
}

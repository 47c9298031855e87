package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.state.ReplayMark;
import dev.apiserversource.adapter.state.StreamId;
import dev.apiserversource.adapter.state.StreamSnapshot;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The bytes of a manifest, a shard or a segment: a kind, the version of the format, and the fields in order; all of it
 * in gzip, whose check sum detects what is truncated or changed.
 */
final class CheckpointCodec {

    private static final int MANIFEST = 0x41534350;
    private static final int SHARD = 0x41534353;
    private static final int SEGMENT = 0x4153434A;
    private static final int VERSION = 4;

    /**
     * Holds the marks of replays: in its resume window, by the id of their stream. A release that knows no replays
     * reads it as a stream that is not requested any more, and drops it. So it needs no format version of its own.
     */
    private static final String REPLAYS = "apiserversource.dev||replays|*|";

    /** The oldest version that is read. */
    private static final int OLDEST_VERSION = 2;

    private CheckpointCodec() {}

    private interface FieldsEncoder {
        void write(DataOutputStream out) throws IOException;
    }

    private interface Encoder<T> {
        void write(DataOutputStream out, T element) throws IOException;
    }

    private interface Decoder<T> {
        T read(DataInputStream in) throws IOException;
    }

    private interface FieldsDecoder<T> {
        T read(DataInputStream in, int version) throws IOException;
    }

    static byte[] encode(Manifest manifest) {
        return bytes(MANIFEST, out -> {
            out.writeUTF(manifest.cluster());
            out.writeLong(manifest.written().toEpochMilli());
            out.writeLong(manifest.parts().seed());
            writeAll(out, manifest.parts().generations(), DataOutputStream::writeInt);
            writeAll(out, manifest.parts().journal(), (to, segment) -> {
                to.writeByte(segment.number());
                to.writeLong(segment.id());
            });
            writeAll(out, withReplays(manifest.streams()).entrySet(), (to, stream) -> {
                to.writeUTF(stream.getKey());
                writeStream(to, stream.getValue());
            });
            writeAll(out, manifest.incompleteIndexes(), DataOutputStream::writeUTF);
        });
    }

    private static Map<String, StreamSnapshot> withReplays(Map<String, StreamSnapshot> streams) {
        Map<String, String> marks = new LinkedHashMap<>();
        streams.forEach((id, stream) -> stream.replay().ifPresent(mark -> marks.put(id, mark.text())));
        if (marks.isEmpty()) {
            return streams;
        }
        Map<String, StreamSnapshot> all = new LinkedHashMap<>(streams);
        all.put(
                REPLAYS,
                new StreamSnapshot(
                        "0", "", new StreamSnapshot.ResumeWindow("", marks), List.of(), Map.of(), List.of()));
        return all;
    }

    static byte[] encode(Manifest.Shard shard) {
        return bytes(SHARD, out -> {
            out.writeInt(shard.generation());
            writeAll(out, shard.states().entrySet(), (to, stream) -> {
                to.writeUTF(stream.getKey());
                writeAll(to, stream.getValue(), CheckpointCodec::writeState);
            });
        });
    }

    static byte[] encode(Manifest.Segment segment) {
        return bytes(SEGMENT, out -> {
            out.writeLong(segment.id());
            out.writeInt(segment.states().size());
            for (Map.Entry<String, Map<String, byte @Nullable []>> stream :
                    segment.states().entrySet()) {
                out.writeUTF(stream.getKey());
                writeChangedStates(out, stream.getValue());
            }
        });
    }

    /**
     * Reads what {@link #encode(Manifest)} wrote.
     *
     * @throws UnsupportedFormatException if a newer release wrote it
     * @throws IOException if the bytes are no manifest
     */
    static Manifest manifest(byte[] bytes) throws IOException {
        return read(bytes, MANIFEST, (in, version) -> version == 2 ? manifestVersion2(in) : manifest(in, version));
    }

    private static Manifest manifest(DataInputStream in, int version) throws IOException {
        return new Manifest(
                in.readUTF(),
                Instant.ofEpochMilli(in.readLong()),
                new Manifest.Parts(
                        in.readLong(),
                        readAll(in, DataInputStream::readInt),
                        version == 3 ? List.of() : readAll(in, CheckpointCodec::readSegmentName)),
                readStreams(in, text -> text),
                Set.copyOf(readAll(in, each -> each.readUTF())));
    }

    private static Manifest manifestVersion2(DataInputStream in) throws IOException {
        return new Manifest(
                in.readUTF(),
                Manifest.UNKNOWN_TIME,
                new Manifest.Parts(Manifest.NO_SEED, readAll(in, DataInputStream::readInt), List.of()),
                readStreams(in, text -> StreamId.ofVersion2(text).text()),
                Set.of());
    }

    private static Manifest.SegmentName readSegmentName(DataInputStream in) throws IOException {
        return new Manifest.SegmentName(in.readUnsignedByte(), in.readLong());
    }

    private static Map<String, StreamSnapshot> readStreams(DataInputStream in, UnaryOperator<String> id)
            throws IOException {
        Map<String, StreamSnapshot> streams = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            streams.put(id.apply(in.readUTF()), readStream(in));
        }
        StreamSnapshot replays = streams.remove(REPLAYS);
        if (replays != null) {
            replays.window()
                    .settledUpTo()
                    .forEach((stream, mark) -> streams.computeIfPresent(
                            stream, (key, snapshot) -> snapshot.withReplay(ReplayMark.of(mark))));
        }
        return streams;
    }

    /**
     * Reads what {@link #encode(Manifest.Shard)} wrote.
     *
     * @throws IOException if the bytes are no shard
     */
    static Manifest.Shard shard(byte[] bytes) throws IOException {
        return read(bytes, SHARD, (in, version) -> {
            Manifest.Shard shard = Manifest.Shard.empty(in.readInt());
            for (int streams = in.readInt(); streams > 0; streams--) {
                String id = in.readUTF();
                shard.states()
                        .put(
                                version == 2 ? StreamId.ofVersion2(id).text() : id,
                                readAll(in, CheckpointCodec::readState));
            }
            return shard;
        });
    }

    /**
     * Reads what {@link #encode(Manifest.Segment)} wrote.
     *
     * @throws IOException if the bytes are no segment
     */
    static Manifest.Segment segment(byte[] bytes) throws IOException {
        return read(bytes, SEGMENT, (in, version) -> {
            Manifest.Segment segment = new Manifest.Segment(in.readLong(), new HashMap<>());
            for (int streams = in.readInt(); streams > 0; streams--) {
                segment.states().put(in.readUTF(), readChangedStates(in));
            }
            return segment;
        });
    }

    private static void writeStream(DataOutputStream out, StreamSnapshot stream) throws IOException {
        out.writeUTF(stream.lowWatermark());
        out.writeUTF(stream.window().readUpTo());
        writeAll(out, stream.window().settledUpTo().entrySet(), (to, object) -> {
            to.writeUTF(object.getKey());
            to.writeUTF(object.getValue());
        });
        writeAll(out, stream.unacknowledgedCreates(), CheckpointCodec::writeState);
        writeChangedStates(out, stream.changedStates());
        out.writeUTF(stream.gapFrom());
        writeAll(out, stream.unsettledGaps(), CheckpointCodec::writeGap);
    }

    private static StreamSnapshot readStream(DataInputStream in) throws IOException {
        String lowWatermark = in.readUTF();
        String readUpTo = in.readUTF();
        Map<String, String> settledUpTo = new HashMap<>();
        for (int objects = in.readInt(); objects > 0; objects--) {
            settledUpTo.put(in.readUTF(), in.readUTF());
        }
        List<byte[]> unacknowledgedCreates = readAll(in, CheckpointCodec::readState);
        Map<String, byte @Nullable []> changed = readChangedStates(in);
        String gapFrom = in.readUTF();
        return new StreamSnapshot(
                lowWatermark,
                gapFrom,
                new StreamSnapshot.ResumeWindow(readUpTo, settledUpTo),
                unacknowledgedCreates,
                changed,
                readAll(in, CheckpointCodec::readGap));
    }

    private static void writeChangedStates(DataOutputStream out, Map<String, byte @Nullable []> states)
            throws IOException {
        writeAll(out, states.entrySet(), (to, object) -> {
            to.writeUTF(object.getKey());
            byte @Nullable [] state = object.getValue();
            to.writeBoolean(state != null);
            if (state != null) {
                writeState(to, state);
            }
        });
    }

    private static Map<String, byte @Nullable []> readChangedStates(DataInputStream in) throws IOException {
        Map<String, byte @Nullable []> states = new HashMap<>();
        for (int objects = in.readInt(); objects > 0; objects--) {
            states.put(in.readUTF(), in.readBoolean() ? readState(in) : null);
        }
        return states;
    }

    private static void writeGap(DataOutputStream out, Gap gap) throws IOException {
        out.writeUTF(gap.reason());
        out.writeUTF(gap.from());
        out.writeUTF(gap.to());
        out.writeInt(gap.adds());
        out.writeInt(gap.updates());
        out.writeInt(gap.deletes());
    }

    private static Gap readGap(DataInputStream in) throws IOException {
        return new Gap(in.readUTF(), in.readUTF(), in.readUTF(), in.readInt(), in.readInt(), in.readInt());
    }

    private static void writeState(DataOutputStream out, byte[] state) throws IOException {
        out.writeShort(state.length);
        out.write(state);
    }

    private static byte[] readState(DataInputStream in) throws IOException {
        byte[] state = new byte[in.readUnsignedShort()];
        in.readFully(state);
        return state;
    }

    private static <T> void writeAll(DataOutputStream out, Collection<T> all, Encoder<? super T> element)
            throws IOException {
        out.writeInt(all.size());
        for (T each : all) {
            element.write(out, each);
        }
    }

    private static <T> List<T> readAll(DataInputStream in, Decoder<T> element) throws IOException {
        List<T> all = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            all.add(element.read(in));
        }
        return all;
    }

    private static byte[] bytes(int kind, FieldsEncoder fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(bytes, 8 * 1024))) {
            out.writeInt(kind);
            out.writeByte(VERSION);
            fields.write(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException("cannot write to memory", impossible);
        }
        return bytes.toByteArray();
    }

    private static <T> T read(byte[] bytes, int kind, FieldsDecoder<T> fields) throws IOException {
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(new ByteArrayInputStream(bytes), 8 * 1024))) {
            if (in.readInt() != kind) {
                throw new IOException("not a part of a checkpoint");
            }
            int version = in.readUnsignedByte();
            if (version > VERSION) {
                throw new UnsupportedFormatException(version, VERSION);
            }
            if (version < OLDEST_VERSION) {
                throw new IOException("unknown format version " + version);
            }
            T content = fields.read(in, version);
            if (in.read() != -1) {
                throw new IOException("more bytes than expected");
            }
            return content;
        }
    }
}

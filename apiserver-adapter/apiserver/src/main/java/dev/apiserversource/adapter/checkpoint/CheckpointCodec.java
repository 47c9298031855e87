package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.Gap;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The bytes of a checkpoint: gzip, whose check sum finds what is truncated or changed, around a kind, a version, and the fields in order.
 */
final class CheckpointCodec {

    private static final int MAIN = 0x41534350;
    private static final int SHARD = 0x41534353;
    private static final int VERSION = 2;

    private CheckpointCodec() {}

    /** Writes the fields. */
    private interface Fields {
        void write(DataOutputStream out) throws IOException;
    }

    /** Writes one field or element. */
    private interface Element<T> {
        void write(DataOutputStream out, T element) throws IOException;
    }

    /** Reads one field or element. */
    private interface Reading<T> {
        T read(DataInputStream in) throws IOException;
    }

    static byte[] encode(Manifest main) {
        return bytes(MAIN, out -> {
            out.writeUTF(main.cluster());
            writeAll(out, main.generations(), DataOutputStream::writeInt);
            writeAll(out, main.streams(), CheckpointCodec::writeStream);
        });
    }

    static byte[] encode(Shard shard) {
        return bytes(SHARD, out -> {
            out.writeInt(shard.generation());
            writeAll(out, shard.states().entrySet(), (to, stream) -> {
                to.writeUTF(stream.getKey());
                writeAll(to, stream.getValue(), CheckpointCodec::writeState);
            });
        });
    }

    /**
     * Reads what {@link #encode(Manifest)} wrote.
     *
     * @throws IOException when these are no such bytes
     */
    static Manifest main(byte[] bytes) throws IOException {
        return read(bytes, MAIN, in -> {
            String cluster = in.readUTF();
            List<Integer> generations = readAll(in, DataInputStream::readInt);
            return new Manifest(cluster, generations, readAll(in, CheckpointCodec::readStream));
        });
    }

    /**
     * Reads what {@link #encode(Shard)} wrote.
     *
     * @throws IOException when these are no such bytes
     */
    static Shard shard(byte[] bytes) throws IOException {
        return read(bytes, SHARD, in -> {
            Shard shard = Shard.empty(in.readInt());
            for (int streams = in.readInt(); streams > 0; streams--) {
                shard.states().put(in.readUTF(), readAll(in, CheckpointCodec::readState));
            }
            return shard;
        });
    }

    private static void writeStream(DataOutputStream out, Manifest.Stream stream) throws IOException {
        out.writeUTF(stream.key());
        out.writeUTF(stream.mark());
        out.writeUTF(stream.readUpTo());
        writeAll(out, stream.unsettled().entrySet(), (to, object) -> {
            to.writeUTF(object.getKey());
            to.writeUTF(object.getValue());
        });
        writeAll(out, stream.doubtful(), CheckpointCodec::writeState);
        writeAll(out, stream.changed().entrySet(), (to, object) -> {
            to.writeUTF(object.getKey());
            byte @Nullable [] state = object.getValue();
            to.writeBoolean(state != null);
            if (state != null) {
                writeState(to, state);
            }
        });
        out.writeUTF(stream.gapFrom());
        writeAll(out, stream.untold(), CheckpointCodec::writeGap);
    }

    private static Manifest.Stream readStream(DataInputStream in) throws IOException {
        String key = in.readUTF();
        String mark = in.readUTF();
        String readUpTo = in.readUTF();
        Map<String, String> unsettled = new HashMap<>();
        for (int objects = in.readInt(); objects > 0; objects--) {
            unsettled.put(in.readUTF(), in.readUTF());
        }
        List<byte[]> doubtful = readAll(in, CheckpointCodec::readState);
        Map<String, byte @Nullable []> changed = new HashMap<>();
        for (int objects = in.readInt(); objects > 0; objects--) {
            changed.put(in.readUTF(), in.readBoolean() ? readState(in) : null);
        }
        String gapFrom = in.readUTF();
        return new Manifest.Stream(
                key, mark, readUpTo, unsettled, doubtful, changed, gapFrom, readAll(in, CheckpointCodec::readGap));
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

    private static <T> void writeAll(DataOutputStream out, Collection<T> all, Element<? super T> element)
            throws IOException {
        out.writeInt(all.size());
        for (T each : all) {
            element.write(out, each);
        }
    }

    private static <T> List<T> readAll(DataInputStream in, Reading<T> element) throws IOException {
        List<T> all = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            all.add(element.read(in));
        }
        return all;
    }

    private static byte[] bytes(int kind, Fields fields) {
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

    private static <T> T read(byte[] bytes, int kind, Reading<T> fields) throws IOException {
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(new ByteArrayInputStream(bytes), 8 * 1024))) {
            if (in.readInt() != kind) {
                throw new IOException("not a part of a checkpoint");
            }
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IOException("a checkpoint of version " + version + ", which this adapter does not know");
            }
            T content = fields.read(in);
            if (in.read() != -1) {
                throw new IOException("longer than it should be");
            }
            return content;
        }
    }
}

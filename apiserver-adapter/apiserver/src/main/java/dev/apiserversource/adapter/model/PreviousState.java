package dev.apiserversource.adapter.model;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The data of an object in an earlier state, compressed.
 *
 * @param resourceVersion of that state; empty when the state is not known
 * @param compressed the data. Shared: it must not be written to.
 * @param length of the data in bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PreviousState(String resourceVersion, byte[] compressed, int length) {

    /** The state before is asked for, and not known. */
    public static final PreviousState UNKNOWN = new PreviousState("", new byte[0], 0);

    /** Compresses states. A new one takes as long as it needs for a small object, so it is kept. */
    public static Deflater compressor() {
        return new Deflater(Deflater.BEST_SPEED, true);
    }

    /**
     * The state of an object with this data.
     *
     * @param compressor made by {@link #compressor}
     */
    public static PreviousState of(String resourceVersion, byte[] data, Deflater compressor) {
        compressor.reset();
        compressor.setInput(data);
        compressor.finish();
        byte[] compressed = new byte[data.length / 4 + 64];
        int size = 0;
        while (!compressor.finished()) {
            if (size == compressed.length) {
                compressed = Arrays.copyOf(compressed, size * 2);
            }
            size += compressor.deflate(compressed, size, compressed.length - size);
        }
        return new PreviousState(resourceVersion, Arrays.copyOf(compressed, size), data.length);
    }

    /** Whether the state is known. */
    public boolean isKnown() {
        return !resourceVersion.isEmpty();
    }

    /** The data, in an array of its own; empty when the state is not known. */
    public byte[] data() {
        byte[] data = new byte[length];
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(compressed);
            int size = 0;
            while (size < length) {
                size += inflater.inflate(data, size, length - size);
            }
            return data;
        } catch (DataFormatException corrupt) {
            throw new IllegalStateException("what was compressed in this process can be decompressed", corrupt);
        } finally {
            inflater.end();
        }
    }
}

package dev.apiserversource.adapter.model;

import java.util.zip.Deflater;

/** Previous states for tests. */
public final class PreviousStateFixture {

    private PreviousStateFixture() {}

    /** The state with this data. */
    public static PreviousState of(String resourceVersion, byte[] data) {
        Deflater compressor = PreviousState.compressor();
        try {
            return PreviousState.of(resourceVersion, data, compressor);
        } finally {
            compressor.end();
        }
    }
}

package dev.apiserversource.adapter.checkpoint;

import java.io.IOException;

/** A newer release has written the checkpoint. Starting without it, and overwriting it, would lose changes. */
final class UnsupportedFormatException extends IOException {

    private static final long serialVersionUID = 1L;

    UnsupportedFormatException(int version, int supported) {
        super("the checkpoint has format version " + version + ", this release reads up to " + supported
                + "; run the release that wrote it, or delete the checkpoint to start over");
    }
}

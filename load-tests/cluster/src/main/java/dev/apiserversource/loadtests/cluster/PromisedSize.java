package dev.apiserversource.loadtests.cluster;

/**
 * Sizes for which limits of time and memory are promised. Tests of these limits run at a fifth of them, with the same
 * limits, so that all tests together take less than an hour. {@code -Dsizes.full=true} runs them at the sizes
 * themselves, as before a release.
 */
public final class PromisedSize {

    private static final boolean FULL = Boolean.getBoolean("sizes.full");
    private static final int PART = 5;

    private PromisedSize() {}

    /** What a test uses for {@code promised}. */
    public static int of(int promised) {
        return FULL ? promised : promised / PART;
    }
}

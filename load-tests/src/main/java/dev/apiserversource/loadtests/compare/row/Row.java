package dev.apiserversource.loadtests.compare.row;

import dev.apiserversource.loadtests.compare.report.Figure;

import java.util.Map;

/** One kind of work. It keeps its servers from its first run to its last, so that they are warm. */
public interface Row extends AutoCloseable {

    /** Lets feed and sink work until their code is compiled, so that the first adapter does not pay for it. */
    void warmUp(Variant any);

    /**
     * Starts the adapter, lets it work, and stops it.
     *
     * @throws IllegalStateException if it does not do its work in time
     */
    Map<Figure, Double> run(Variant variant);

    @Override
    void close();
}

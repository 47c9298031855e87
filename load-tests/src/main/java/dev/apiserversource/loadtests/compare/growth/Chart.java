package dev.apiserversource.loadtests.compare.growth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * The plots of one dimension.
 *
 * @param dimension what grows, as in a file name
 * @param label what the horizontal axes say
 * @param verticals what is plotted against it, four at most
 */
record Chart(String dimension, String label, List<Vertical> verticals) {

    /** Sources of one controller: measured by {@code scenarios/sources} on a real API server. */
    static final Chart SOURCES = new Chart(
            "sources",
            "sources of one controller",
            List.of(
                    new Vertical("ready", "pods available to all sources READY, s"),
                    new Vertical("cpu", "CPU of the controller per source, ms"),
                    new Vertical("peak", "peak resident memory, MB"),
                    new Vertical("restart", "restart to all sources reconciled, s")));

    /** Names of the two adapters, in the order of the legend. */
    static final List<String> VARIANTS = List.of("ours", "peer");

    /**
     * One vertical axis.
     *
     * @param metric what was measured, as in the file of points
     * @param label what the axis says, with its unit
     */
    record Vertical(String metric, String label) {}

    /** Writes {@code growth-}<i>dimension</i>{@code .svg}. */
    void write(Points points, Path folder) throws IOException {
        List<Plot.Panel> panels = verticals.stream()
                .map(vertical -> new Plot.Panel(vertical.label(), lines(points, vertical)))
                .toList();
        String svg = Plot.svg("Growth: " + dimension, label, panels);
        Files.writeString(folder.resolve("growth-" + dimension + ".svg"), svg);
    }

    private Map<String, SortedMap<Double, Double>> lines(Points points, Vertical vertical) {
        Map<String, SortedMap<Double, Double>> lines = new LinkedHashMap<>();
        VARIANTS.forEach(variant -> lines.put(variant, points.line(dimension, vertical.metric(), variant)));
        return lines;
    }
}

package dev.apiserversource.loadtests.compare.growth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All points, kept in a file of comma-separated values. A new measurement replaces the same one of earlier. */
final class Points {

    private final Path file;
    private final List<Point> points = new ArrayList<>();

    private Points(Path file) {
        this.file = file;
    }

    /** Reads the file, if there is one. */
    static Points load(Path file) {
        Points loaded = new Points(file);
        try {
            if (Files.exists(file)) {
                Files.readAllLines(file).stream().skip(1).map(Point::parse).forEach(loaded.points::add);
            }
            return loaded;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void put(List<Point> more) {
        for (Point next : more) {
            points.removeIf(old -> old.dimension().equals(next.dimension())
                    && old.value() == next.value()
                    && old.variant().equals(next.variant())
                    && old.metric().equals(next.metric()));
            points.add(next);
        }
        String lines = points.stream().map(point -> point.toLine() + "\n").collect(Collectors.joining());
        try {
            Files.writeString(file, Point.HEAD + "\n" + lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One line of a plot: what was measured for each value. Numbers without a logarithm are left out. */
    SortedMap<Double, Double> line(String dimension, String metric, String variant) {
        SortedMap<Double, Double> line = new TreeMap<>();
        points.stream()
                .filter(point -> point.dimension().equals(dimension)
                        && point.metric().equals(metric)
                        && point.variant().equals(variant)
                        && point.number() > 0)
                .forEach(point -> line.put((double) point.value(), point.number()));
        return line;
    }
}

package dev.apiserversource.loadtests.compare.growth;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

import javax.xml.parsers.DocumentBuilderFactory;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

class PlotTest {

    @TempDir
    private Path folder;

    @Test
    void eachPointHasAMarkerAndEachAdapterALegend() throws Exception {
        Plot.Panel full = new Plot.Panel(
                "µs",
                Map.of(
                        "ours", new TreeMap<>(Map.of(1.0, 20.0, 10.0, 30.0, 100.0, 45.0)),
                        "peer", new TreeMap<>(Map.of(1.0, 300.0))));
        Plot.Panel empty = new Plot.Panel("MB", Map.of("ours", new TreeMap<>()));

        Document svg = parsed(Plot.svg("Growth", "objects", List.of(full, empty)));

        assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(3 + 1);
        assertThat(svg.getElementsByTagName("path").getLength()).isEqualTo(1 + 1);
        assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(2);
        assertThat(svg.getDocumentElement().getTextContent())
                .contains("ours", "peer", "µs", "objects")
                .doesNotContain("MB");
    }

    @Test
    void measurementReplacesTheSameOfEarlier() throws Exception {
        Path file = folder.resolve("growth.csv");
        Points.load(file).put(List.of(point(1, 5), point(3, 6), point(10, Double.NaN)));
        Points.load(file).put(List.of(point(3, 7)));

        assertThat(file).content().containsOnlyOnce("objects,3,");
        assertThat(Points.load(file).line("objects", "rate", "ours")).isEqualTo(Map.of(1.0, 5.0, 3.0, 7.0));
    }

    @Test
    void sourcesHaveTheirOwnAxes() throws Exception {
        Points points = Points.load(folder.resolve("growth.csv"));
        points.put(
                List.of(Point.parse("sources,1000,ours,ready,35.2,a"), Point.parse("sources,1000,ours,restart,20,a")));

        Chart.SOURCES.write(points, folder);

        Document svg = parsed(Files.readString(folder.resolve("growth-sources.svg")));
        assertThat(svg.getDocumentElement().getTextContent())
                .contains("READY, s", "restart", "sources of one controller")
                .doesNotContain("events per second", "MB");
    }

    @Test
    void sizesGoFromTheLeastToTheMost() {
        assertThat(Dimension.STREAMS.sizes()).containsExactly(1L, 3L, 10L, 30L, 100L, 300L, 1_000L, 3_000L, 5_000L);
        assertThat(Dimension.BYTES.sizes()).startsWith(500L, 1_500L).endsWith(500_000L, 1_000_000L);
    }

    private static Point point(long value, double number) {
        return new Point("objects", value, "ours", "rate", number, "a");
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }
}

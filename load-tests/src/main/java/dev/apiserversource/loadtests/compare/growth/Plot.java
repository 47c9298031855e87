package dev.apiserversource.loadtests.compare.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * Four panels of one dimension as SVG, both axes logarithmic. Colours follow the reader's light or dark scheme; lines
 * differ in their markers, too.
 */
final class Plot {

    private static final int WIDTH = 940;
    private static final int HEIGHT = 700;
    private static final int PANEL_WIDTH = 360;
    private static final int PANEL_HEIGHT = 210;
    private static final int LEFT = 80;
    private static final int TOP = 90;
    private static final int COLUMN = 460;
    private static final int LINE = 310;
    private static final int COLUMNS = 2;

    private static final String HEAD = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" role="img">
            <title>%3$s</title>
            <style>
            text { font: 13px sans-serif; fill: #24292f; }
            .title { font-size: 17px; font-weight: bold; }
            .paper { fill: #ffffff; }
            .grid { stroke: #d0d7de; stroke-width: 1; }
            .frame { fill: none; stroke: #6e7781; }
            .ours { stroke: #0550ae; fill: #0550ae; }
            .peer { stroke: #bc4c00; fill: #bc4c00; }
            .line { fill: none; stroke-width: 2; }
            @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3; }
            .paper { fill: #0d1117; }
            .grid { stroke: #30363d; }
            .frame { stroke: #8b949e; }
            .ours { stroke: #79c0ff; fill: #79c0ff; }
            .peer { stroke: #ffa657; fill: #ffa657; }
            .line { fill: none; }
            }
            </style>
            <rect class="paper" width="%1$d" height="%2$d"/>
            <text class="title" x="%4$d" y="30">%3$s</text>
            """;

    private final StringBuilder svg = new StringBuilder();
    private final String horizontal;

    private Plot(String horizontal) {
        this.horizontal = horizontal;
    }

    /**
     * One panel.
     *
     * @param label of its vertical axis
     * @param lines points of each adapter
     */
    record Panel(String label, Map<String, SortedMap<Double, Double>> lines) {

        private List<Double> horizontalValues() {
            return lines.values().stream()
                    .flatMap(line -> line.keySet().stream())
                    .toList();
        }

        private List<Double> verticalValues() {
            return lines.values().stream()
                    .flatMap(line -> line.values().stream())
                    .toList();
        }
    }

    /**
     * The text of an SVG file.
     *
     * @param title above all panels
     * @param horizontal label of the horizontal axes
     * @param panels four at most; one without points is left out
     */
    static String svg(String title, String horizontal, List<Panel> panels) {
        Plot plot = new Plot(horizontal);
        plot.svg.append(HEAD.formatted(WIDTH, HEIGHT, title, LEFT));
        plot.legend(panels);
        int place = 0;
        for (Panel panel : panels) {
            if (!panel.verticalValues().isEmpty()) {
                plot.panel(panel, LEFT + place % COLUMNS * COLUMN, TOP + place / COLUMNS * LINE);
                place++;
            }
        }
        return plot.svg.append("</svg>\n").toString();
    }

    private void legend(List<Panel> panels) {
        List<String> variants = new ArrayList<>();
        panels.forEach(panel -> panel.lines().forEach((variant, line) -> {
            if (!line.isEmpty() && !variants.contains(variant)) {
                variants.add(variant);
            }
        }));
        int x = LEFT;
        for (String variant : variants) {
            marker(variant, x + 6, 49);
            text(x + 18, 54, "start", variant);
            x += 90;
        }
    }

    private void panel(Panel panel, int left, int top) {
        int bottom = top + PANEL_HEIGHT;
        LogScale across = LogScale.around(panel.horizontalValues(), left, left + PANEL_WIDTH);
        LogScale up = LogScale.around(panel.verticalValues(), bottom, top);
        text(left, top - 10, "start", panel.label());
        for (double tick : across.ticks()) {
            double x = across.position(tick);
            grid(x, top, x, bottom);
            text(x, bottom + 18, "middle", LogScale.label(tick));
        }
        for (double tick : up.ticks()) {
            double y = up.position(tick);
            grid(left, y, left + PANEL_WIDTH, y);
            text(left - 8, y + 4, "end", LogScale.label(tick));
        }
        add(
                "<rect class=\"frame\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
                left, top, PANEL_WIDTH, PANEL_HEIGHT);
        text(left + PANEL_WIDTH / 2.0, bottom + 38, "middle", horizontal);
        panel.lines().forEach((variant, line) -> line(variant, line, across, up));
    }

    private void line(String variant, SortedMap<Double, Double> line, LogScale across, LogScale up) {
        String points = line.entrySet().stream()
                .map(point -> String.format(
                        Locale.ROOT, "%.1f,%.1f", across.position(point.getKey()), up.position(point.getValue())))
                .collect(Collectors.joining(" "));
        if (!points.isEmpty()) {
            add("<polyline class=\"%s line\" points=\"%s\"/>", variant, points);
        }
        line.forEach((value, number) -> marker(variant, across.position(value), up.position(number)));
    }

    /** A disc for ours, a triangle for the other. */
    private void marker(String variant, double x, double y) {
        if (variant.equals("ours")) {
            add("<circle class=\"ours\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>", x, y);
        } else {
            add("<path class=\"%s\" d=\"M%.1f %.1fl5 9h-10z\"/>", variant, x, y - 6);
        }
    }

    private void grid(double fromX, double fromY, double toX, double toY) {
        add("<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", fromX, fromY, toX, toY);
    }

    private void text(double x, double y, String anchor, String text) {
        add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, text);
    }

    private void add(String element, Object... values) {
        svg.append(String.format(Locale.ROOT, element, values)).append('\n');
    }
}

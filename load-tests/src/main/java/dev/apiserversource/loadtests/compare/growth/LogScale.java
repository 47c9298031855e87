package dev.apiserversource.loadtests.compare.growth;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * A logarithmic axis. It begins and ends at a 1, 2 or 5 of some decade.
 *
 * @param min least value
 * @param max greatest value
 * @param from where the least value is drawn
 * @param to where the greatest value is drawn
 */
record LogScale(double min, double max, double from, double to) {

    private static final int[] STEPS = {1, 2, 5, 10};
    private static final int MAX_TICKS = 7;
    private static final double SLACK = 1e-9;
    private static final double THOUSAND = 1e3;
    private static final double MILLION = 1e6;

    /** The scale that has room for all values, of which each is greater than zero and there is at least one. */
    static LogScale around(Collection<Double> values, double from, double to) {
        double min = below(Collections.min(values));
        double max = above(Collections.max(values));
        return new LogScale(min, max > min ? max : above(max * 1.5), from, to);
    }

    private static double decade(double value) {
        return Math.pow(10, Math.floor(Math.log10(value) + SLACK));
    }

    private static double below(double value) {
        double decade = decade(value);
        double result = decade;
        for (int step : STEPS) {
            result = step * decade <= value * (1 + SLACK) ? step * decade : result;
        }
        return result;
    }

    private static double above(double value) {
        double decade = decade(value);
        for (int step : STEPS) {
            if (step * decade >= value * (1 - SLACK)) {
                return step * decade;
            }
        }
        throw new IllegalStateException("no step above " + value);
    }

    double position(double value) {
        return from + (to - from) * Math.log(value / min) / Math.log(max / min);
    }

    /** Where labels are: each 1, 2 and 5, or the decades if those are too many. */
    List<Double> ticks() {
        List<Double> all = ticks(1, 2, 5);
        return all.size() <= MAX_TICKS ? all : ticks(1);
    }

    private List<Double> ticks(int... steps) {
        List<Double> ticks = new ArrayList<>();
        for (double decade = decade(min); decade <= max * (1 + SLACK); decade *= 10) {
            for (int step : steps) {
                double tick = step * decade;
                if (tick >= min * (1 - SLACK) && tick <= max * (1 + SLACK)) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    /** A tick as text: 0.5, 20, 3 k, 1 M. */
    static String label(double tick) {
        if (tick >= MILLION) {
            return number(tick / MILLION) + " M";
        }
        return tick >= THOUSAND ? number(tick / THOUSAND) + " k" : number(tick);
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.3f", value);
        return text.replaceAll("\\.?0+$", "");
    }
}

package dev.apiserversource.loadtests.compare.growth;

/**
 * One number of one measurement.
 *
 * @param dimension what grows, as in a file name
 * @param value how much of it there was
 * @param variant name of the adapter
 * @param metric what was measured, as in a file
 * @param number the result
 * @param commit of our adapter
 */
record Point(String dimension, long value, String variant, String metric, double number, String commit) {

    static final String HEAD = "dimension,value,adapter,metric,number,commit";
    private static final int COLUMNS = 6;

    String toLine() {
        return String.join(",", dimension, Long.toString(value), variant, metric, Double.toString(number), commit);
    }

    static Point parse(String line) {
        String[] words = line.split(",", COLUMNS);
        return new Point(
                words[0], Long.parseLong(words[1]), words[2], words[3], Double.parseDouble(words[4]), words[5]);
    }
}

package dev.apiserversource.loadtests.compare.report;

/**
 * One number of one run.
 *
 * @param row name of the row
 * @param variant name of the adapter
 * @param figure what was measured
 * @param value the number, in the unit of the figure
 * @param commit of our adapter
 */
public record Run(String row, String variant, Figure figure, double value, String commit) {

    private static final int COLUMNS = 5;

    String toLine() {
        return String.join(",", row, variant, figure.name(), Double.toString(value), commit);
    }

    static Run parse(String line) {
        String[] words = line.split(",", COLUMNS);
        return new Run(words[0], words[1], Figure.valueOf(words[2]), Double.parseDouble(words[3]), words[4]);
    }
}

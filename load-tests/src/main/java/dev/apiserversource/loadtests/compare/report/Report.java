package dev.apiserversource.loadtests.compare.report;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The comparison as Markdown. */
public final class Report {

    private static final String HEAD = """
            # Two adapters beside each other

            Written by `load-tests/compare` on %s. [DESIGN.md](../DESIGN.md) says what each figure means.
            Up to %d runs of each adapter, alternating. Median, and (least–greatest). Ratio: ours ÷ peer.

            | | |
            |---|---|
            | machine | %s |
            | ours | %s |
            | its command | `%s` |
            | peer | %s |
            | its command | `%s` |
            | options of the last call | %s |

            | work | peer | ours | ratio | wanted |
            |---|---|---|---|---|
            """;

    private final Runs runs;
    private final Subject ours;
    private final Subject peer;
    private final String options;

    /**
     * An adapter.
     *
     * @param name what its user calls it
     * @param command that starts it
     */
    public record Subject(String name, String command) {

        private String shortCommand() {
            return command.isEmpty() ? "not measured" : Machine.withoutFolders(command);
        }

        private String description() {
            String java = Machine.javaVersion(command);
            return java.isEmpty() ? name : name + ", " + java;
        }
    }

    /**
     * A report of these runs.
     *
     * @param options that change what the rows do, as text
     */
    public Report(Runs runs, Subject ours, Subject peer, String options) {
        this.runs = runs;
        this.ours = ours;
        this.peer = peer;
        this.options = options;
    }

    /** The whole text. */
    public String text() {
        String head = HEAD.formatted(
                LocalDate.now(ZoneOffset.UTC),
                runs.rounds(),
                Machine.describe(),
                ours.description() + ", " + commits(),
                ours.shortCommand(),
                peer.description(),
                peer.shortCommand(),
                options.isEmpty() ? "none" : "`" + options + "`");
        return head + List.of(Figure.values()).stream().map(this::line).collect(Collectors.joining());
    }

    private String commits() {
        List<String> commits = runs.commits();
        return commits.size() < 2
                ? "commit " + String.join("", commits)
                : commits.stream()
                        .map(commit -> "commit " + commit + ": " + String.join(" ", runs.rows(commit)))
                        .collect(Collectors.joining("; "));
    }

    private String line(Figure figure) {
        Optional<Spread> peers = runs.spread("peer", figure);
        Optional<Spread> own = runs.spread("ours", figure);
        if (peers.isEmpty() && own.isEmpty()) {
            return "";
        }
        String ratio = peers.isPresent() && own.isPresent()
                ? ratio(own.get().median() / peers.get().median())
                : "";
        return "| " + String.join(" | ", figure.label(), cell(figure, peers), cell(figure, own), ratio, figure.wanted())
                + " |\n";
    }

    private static String cell(Figure figure, Optional<Spread> spread) {
        return spread.map(values -> figure.format(values.median()) + " (" + figure.number(values.min()) + "–"
                        + figure.number(values.max()) + ")")
                .orElse("–");
    }

    /** Two digits for what is less, one for what is more. */
    private static String ratio(double ratio) {
        return String.format(Locale.ROOT, ratio < 1 ? "%.2f" : "%.1f", ratio);
    }
}

package dev.apiserversource.samples.embedded.store;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order in which a client prefers versions, whatever their order in the definition: {@code v2, v1, v1beta1,
 * v1alpha2}, then other names.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/">Version
 *     priority</a>
 */
final class VersionPriority {

    static final Comparator<String> PREFERRED_FIRST =
            Comparator.comparing(VersionPriority::rank).reversed().thenComparing(Comparator.naturalOrder());

    private static final Pattern VERSION = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");
    private static final List<String> STABILITY = List.of("alpha", "beta", "");

    private VersionPriority() {}

    private record Rank(int stability, int major, int minor) implements Comparable<Rank> {

        private static final Comparator<Rank> LEAST_FIRST = Comparator.comparingInt(Rank::stability)
                .thenComparingInt(Rank::major)
                .thenComparingInt(Rank::minor);

        @Override
        public int compareTo(Rank other) {
            return LEAST_FIRST.compare(this, other);
        }
    }

    private static Rank rank(String version) {
        Matcher parts = VERSION.matcher(version);
        if (!parts.matches()) {
            return new Rank(-1, 0, 0);
        }
        String stability = parts.group(2) == null ? "" : parts.group(2);
        int minor = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
        return new Rank(STABILITY.indexOf(stability), Integer.parseInt(parts.group(1)), minor);
    }
}

package dev.apiserversource.controller.configmap;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The node selector of adapters in {@code config-features}: a key for each label, {@code
 * apiserversources-nodeselector-<label>}.
 *
 * @see <a href="https://knative.dev/docs/eventing/features/apiserversource-nodeselector/">Knative's feature</a>
 */
final class NodeSelectorFlags {

    static final String CONFIG_MAP = "config-features";

    private static final String PREFIX = "apiserversources-nodeselector-";
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

    private NodeSelectorFlags() {}

    /**
     * The node selector in {@code data}. Other flags are ignored.
     *
     * @throws IllegalArgumentException for a label that no node can have
     */
    static Map<String, String> parse(Map<String, String> data) {
        Map<String, String> selector = new TreeMap<>();
        data.forEach((flag, value) -> {
            if (flag.startsWith(PREFIX)) {
                selector.put(flag.substring(PREFIX.length()), value.strip());
            }
        });
        selector.forEach(NodeSelectorFlags::check);
        return selector;
    }

    private static void check(String label, String value) {
        boolean valid = LABEL.matcher(label).matches()
                && (value.isEmpty() || LABEL.matcher(value).matches());
        if (!valid) {
            throw new IllegalArgumentException(
                    PREFIX + label + ": \"" + value + "\" must be a label of nodes and its value");
        }
    }
}

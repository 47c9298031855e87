package dev.apiserversource.controller.configmap;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Translates {@code config-observability} to the JSON that Knative passes to its adapters.
 *
 * @see <a href="https://pkg.go.dev/knative.dev/eventing/pkg/observability#NewFromMap">Knative's reader</a>
 */
final class ObservabilityConfig {

    static final String CONFIG_MAP = "config-observability";

    private static final String NONE = "none";
    private static final String PROMETHEUS = "prometheus";
    private static final Set<String> PUSHED = Set.of("grpc", "http/protobuf");

    /** Durations of Go, such as {@code 1m30s}. */
    private static final Pattern DURATION =
            Pattern.compile("([+-]?)((?:(?:\\d+\\.?\\d*|\\.\\d+)(?:ns|us|µs|ms|s|m|h))+|0)");

    private static final Pattern DURATION_PART = Pattern.compile("([\\d.]+)(ns|us|µs|ms|s|m|h)");

    private final Map<String, String> data;

    private ObservabilityConfig(Map<String, String> data) {
        this.data = data;
    }

    /**
     * The variable {@code K_OBSERVABILITY_CONFIG}: Knative's defaults with the settings in {@code data}.
     *
     * @throws IllegalArgumentException for an invalid setting
     */
    static String json(Map<String, String> data) {
        ObservabilityConfig config = new ObservabilityConfig(data);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("tracing", config.tracing());
        json.set("metrics", config.metrics());
        json.set("runtime", config.runtime());
        return json.put("enableSinkEventErrorReporting", config.flag("sink-event-error-reporting.enable"))
                .toString();
    }

    private ObjectNode tracing() {
        String protocol = text("tracing-protocol", NONE);
        ObjectNode tracing = protocol("tracing", protocol, "stdout");
        check(!protocol.equals("stdout") || text("tracing-endpoint", "").isEmpty(), "tracing-endpoint: must be empty");
        BigDecimal rate = rate("tracing-sampling-rate");
        return rate.signum() == 0 ? tracing : tracing.put("samplingRate", rate);
    }

    private ObjectNode metrics() {
        ObjectNode metrics = protocol("metrics", text("metrics-protocol", NONE), PROMETHEUS);
        if (metrics.path("protocol").asText().equals(PROMETHEUS) && !metrics.has("endpoint")) {
            metrics.put("endpoint", ":9092");
        }
        long interval = nanos("metrics-export-interval", "0");
        return interval == 0 ? metrics : metrics.put("exportInterval", interval);
    }

    private ObjectNode runtime() {
        String profiling = text("runtime-profiling", "disabled");
        check(Set.of("enabled", "disabled").contains(profiling), "runtime-profiling: must be enabled or disabled");
        ObjectNode runtime = JsonNodeFactory.instance.objectNode().put("profiling", profiling);
        long interval = nanos("runtime-export-interval", "15s");
        return interval == 0 ? runtime : runtime.put("exportInterval", interval);
    }

    /** Protocol and endpoint of a kind of telemetry, which has one protocol of its own. */
    private ObjectNode protocol(String kind, String protocol, String own) {
        String endpoint = text(kind + "-endpoint", "");
        boolean pushed = PUSHED.contains(protocol);
        check(
                pushed || protocol.equals(NONE) || protocol.equals(own),
                kind + "-protocol: \"" + protocol + "\" must be none, " + own + ", grpc or http/protobuf");
        check(!pushed || !endpoint.isEmpty(), kind + "-endpoint: must be set with the protocol " + protocol);
        check(!protocol.equals(NONE) || endpoint.isEmpty(), kind + "-endpoint: must be empty with the protocol none");
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("protocol", protocol);
        return endpoint.isEmpty() ? node : node.put("endpoint", endpoint);
    }

    private String text(String key, String fallback) {
        String value = data.get(key);
        return value == null ? fallback : value.strip();
    }

    private boolean flag(String key) {
        return switch (data.getOrDefault(key, "false")) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw new IllegalArgumentException(key + ": must be true or false");
        };
    }

    private BigDecimal rate(String key) {
        try {
            BigDecimal rate = new BigDecimal(data.getOrDefault(key, "0"));
            check(rate.signum() >= 0 && rate.compareTo(BigDecimal.ONE) <= 0, key + ": must be from 0 to 1");
            return rate;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + ": must be a number from 0 to 1", e);
        }
    }

    private long nanos(String key, String fallback) {
        String value = data.getOrDefault(key, fallback);
        Matcher duration = DURATION.matcher(value);
        check(duration.matches() && !duration.group(1).equals("-"), key + ": must be a duration such as 60s");
        return DURATION_PART
                .matcher(value)
                .results()
                .map(part -> new BigDecimal(part.group(1)).multiply(unit(part.group(2))))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .longValue();
    }

    /** A unit in nanoseconds. */
    private static BigDecimal unit(String name) {
        Duration unit =
                switch (name) {
                    case "ns" -> Duration.ofNanos(1);
                    case "us", "µs" -> Duration.ofNanos(1_000);
                    case "ms" -> Duration.ofMillis(1);
                    case "s" -> Duration.ofSeconds(1);
                    case "m" -> Duration.ofMinutes(1);
                    default -> Duration.ofHours(1);
                };
        return BigDecimal.valueOf(unit.toNanos());
    }

    private static void check(boolean valid, String rule) {
        if (!valid) {
            throw new IllegalArgumentException(rule);
        }
    }
}

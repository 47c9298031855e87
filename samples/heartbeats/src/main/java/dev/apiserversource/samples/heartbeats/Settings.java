package dev.apiserversource.samples.heartbeats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The flags and the environment of the program.
 *
 * @param sink where events are sent
 * @param caCerts PEM certificates trusted for an https sink; empty for those of the system only
 * @param eventType the attribute {@code type}
 * @param eventSource the attribute {@code source}
 * @param overrides attributes set on every event
 * @param label the field {@code label} of the data
 * @param message the field {@code msg} of the data; left out when empty
 * @param period from the beginning of one beat to the next
 * @param oneShot whether the program ends after one event
 */
record Settings(
        URL sink,
        String caCerts,
        String eventType,
        String eventSource,
        Map<String, String> overrides,
        String label,
        String message,
        Duration period,
        boolean oneShot) {

    private static final Set<String> FLAGS =
            Set.of("eventSource", "eventType", "sink", "cacerts", "label", "msg", "period");
    private static final String DEFAULT_TYPE = "dev.knative.eventing.samples.heartbeat";
    private static final String DEFAULT_SOURCE = "https://knative.dev/eventing-contrib/cmd/heartbeats/#";
    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
    private static final Set<String> FALSE = Set.of("", "0", "f", "F", "false", "FALSE", "False");

    /** Seconds, or one number with a unit, as {@code 500ms} or {@code 1.5s}. */
    private static final Pattern PERIOD = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h|)");

    private static final Duration DEFAULT_PERIOD = Duration.ofSeconds(5);

    /**
     * Reads both. {@code K_SINK} and {@code K_CA_CERTS} take precedence over their flags.
     *
     * @throws InvalidSettingException for the first that is missing or invalid
     */
    static Settings from(Map<String, String> environment, String... arguments) throws InvalidSettingException {
        Flags flags = Flags.parse(FLAGS, arguments);
        String pod = required(environment, "POD_NAMESPACE") + "/" + required(environment, "POD_NAME");
        return new Settings(
                sink(firstNonEmpty(environment.get("K_SINK"), flags.get("sink"))),
                firstNonEmpty(environment.get("K_CA_CERTS"), flags.get("cacerts")),
                firstNonEmpty(flags.get("eventType"), DEFAULT_TYPE),
                firstNonEmpty(flags.get("eventSource"), DEFAULT_SOURCE + pod),
                overrides(environment.getOrDefault(Overrides.VARIABLE, "")),
                unquoted(flags.get("label")),
                flags.get("msg"),
                period(flags.get("period")),
                oneShot(environment.getOrDefault("ONE_SHOT", "")));
    }

    private static String required(Map<String, String> environment, String name) throws InvalidSettingException {
        String value = environment.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new InvalidSettingException(
                    name + " is not set: add it to env of the container, from a fieldRef or as a value");
        }
        return value;
    }

    private static String firstNonEmpty(@Nullable String first, String second) {
        return first == null || first.isEmpty() ? second : first;
    }

    private static URL sink(String url) throws InvalidSettingException {
        if (url.isEmpty()) {
            throw new InvalidSettingException(
                    "no sink: set K_SINK, which a SinkBinding or a ContainerSource does," + " or give the flag -sink");
        }
        try {
            URL sink = new URL(url);
            if (sink.getProtocol().startsWith("http") && !sink.getHost().isEmpty()) {
                return sink;
            }
        } catch (MalformedURLException e) {
            // Reported below, like a URL that is not http.
        }
        throw new InvalidSettingException("the sink '" + url + "' is no http or https URL: correct K_SINK or -sink");
    }

    private static Map<String, String> overrides(String json) throws InvalidSettingException {
        return json.isEmpty() ? Map.of() : Overrides.parse(json);
    }

    /** Manifests quote labels that the shell would read: {@code --label="<3"}. */
    private static String unquoted(String label) {
        if (!label.startsWith("\"")) {
            return label;
        }
        try (JsonParser parser = new JsonFactory().createParser(label)) {
            parser.nextToken();
            return parser.getText();
        } catch (IOException e) {
            return label;
        }
    }

    private static Duration period(String text) {
        Matcher matcher = PERIOD.matcher(text);
        if (!matcher.matches()) {
            return DEFAULT_PERIOD;
        }
        double seconds = Double.parseDouble(matcher.group(1))
                * switch (matcher.group(2)) {
                    case "ms" -> 0.001;
                    case "m" -> 60;
                    case "h" -> 3600;
                    default -> 1;
                };
        Duration period = Duration.ofMillis(Math.round(seconds * 1000));
        return period.isZero() ? DEFAULT_PERIOD : period;
    }

    private static boolean oneShot(String value) throws InvalidSettingException {
        if (!TRUE.contains(value) && !FALSE.contains(value)) {
            throw new InvalidSettingException("ONE_SHOT is '" + value + "': give true or false");
        }
        return TRUE.contains(value);
    }
}

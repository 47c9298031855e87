package dev.apiserversource.frame;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import net.logstash.logback.encoder.LogstashEncoder;
import net.logstash.logback.fieldnames.LogstashCommonFieldNames;
import net.logstash.logback.fieldnames.LogstashFieldNames;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Configures the log: one line per fact on standard output, as JSON or as text ({@code LOG_FORMAT}). Its level is that
 * of {@code LOG_LEVEL}, or of Knative's {@code K_LOGGING_CONFIG}, or info. An invalid value is ignored. The libraries
 * of the frame log warnings and errors only.
 *
 * @see <a href="https://pkg.go.dev/knative.dev/pkg/logging">knative.dev/pkg/logging</a>
 */
final class Logging {

    private static final String TEXT = "%d{HH:mm:ss.SSS} %-5level %logger{0} %msg %kvp%n%ex{short}";

    /** Below a warning they say nothing about a source. */
    private static final List<String> LIBRARIES = List.of("io.netty", "io.vertx", "io.fabric8", "io.micrometer");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Levels of zap that logback does not have. */
    private static final Set<String> ABOVE_ERROR = Set.of("dpanic", "panic", "fatal");

    private Logging() {}

    static void configure(Map<String, String> environment) {
        configure((LoggerContext) LoggerFactory.getILoggerFactory(), environment);
    }

    static void configure(LoggerContext context, Map<String, String> environment) {
        context.reset();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setEncoder(encoder(context, environment.getOrDefault("LOG_FORMAT", "json")));
        console.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(console);
        Level level = level(environment);
        root.setLevel(level);
        LIBRARIES.forEach(library -> context.getLogger(library).setLevel(ofLibraries(level)));
    }

    static Level level(Map<String, String> environment) {
        String ours = environment.get("LOG_LEVEL");
        String text = ours == null ? knativeLevel(environment) : ours;
        return ABOVE_ERROR.contains(text.toLowerCase(Locale.ROOT)) ? Level.ERROR : Level.toLevel(text, Level.INFO);
    }

    private static Level ofLibraries(Level level) {
        return level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN;
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, String format) {
        if (format.equalsIgnoreCase("text")) {
            PatternLayoutEncoder text = new PatternLayoutEncoder();
            text.setContext(context);
            text.setPattern(TEXT);
            text.start();
            return text;
        }
        LogstashEncoder json = new LogstashEncoder();
        json.setContext(context);
        json.setFieldNames(fieldNames());
        json.setTimeZone("UTC");
        // Log fields are texts and numbers. A search for modules would load those that other libraries bring.
        json.setFindAndRegisterJacksonModules(false);
        json.start();
        return json;
    }

    /** The field names of Knative's components, so that one query finds both. */
    private static LogstashFieldNames fieldNames() {
        LogstashFieldNames names = new LogstashFieldNames();
        names.setTimestamp("ts");
        names.setLevel("level");
        names.setLogger("logger");
        names.setMessage("msg");
        names.setStackTrace("stacktrace");
        names.setThread(LogstashCommonFieldNames.IGNORE_FIELD_INDICATOR);
        names.setVersion(LogstashCommonFieldNames.IGNORE_FIELD_INDICATOR);
        names.setLevelValue(LogstashCommonFieldNames.IGNORE_FIELD_INDICATOR);
        return names;
    }

    /**
     * The level in the data of Knative's ConfigMap {@code config-logging}, {@code
     * {"loglevel.<component>":"debug","zap-logger-config":"{\"level\":\"info\"}"}}, or in a zap configuration alone.
     */
    private static String knativeLevel(Map<String, String> environment) {
        JsonNode config = read(environment.getOrDefault("K_LOGGING_CONFIG", "{}"));
        String ofComponent = config.path("loglevel." + environment.getOrDefault("K_COMPONENT", ""))
                .asText("");
        if (!ofComponent.isEmpty()) {
            return ofComponent;
        }
        JsonNode zap = config.has("zap-logger-config")
                ? read(config.path("zap-logger-config").asText("{}"))
                : config;
        return zap.path("level").asText("info");
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException malformed) {
            return JSON.createObjectNode();
        }
    }
}

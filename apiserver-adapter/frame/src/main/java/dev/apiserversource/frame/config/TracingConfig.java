package dev.apiserversource.frame.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.apiserversource.frame.tracing.TracingSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads whether and how deliveries are traced: the <a
 * href="https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/">variables of
 * OpenTelemetry</a>, and after them {@code tracing} in {@code K_OBSERVABILITY_CONFIG}, as Knative does. Off unless one
 * of them names an exporter or an endpoint. What cannot be used is logged and leaves tracing off: a source does not
 * fail because of its observation.
 *
 * @see <a href="https://pkg.go.dev/knative.dev/pkg/observability/tracing">Knative's reader</a>
 */
final class TracingConfig {

    static final String KNATIVE = "K_OBSERVABILITY_CONFIG";

    private static final String EXPORTER = "OTEL_TRACES_EXPORTER";
    private static final String PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private static final String TRACES_PROTOCOL = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";
    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static final String TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private static final String SAMPLER = "OTEL_TRACES_SAMPLER";
    private static final String SAMPLER_ARG = "OTEL_TRACES_SAMPLER_ARG";
    private static final String SERVICE_NAME = "OTEL_SERVICE_NAME";
    private static final String RESOURCE = "OTEL_RESOURCE_ATTRIBUTES";

    private static final String HTTP = "http/protobuf";
    private static final String NONE = "none";
    private static final String OTLP = "otlp";
    private static final Set<String> CONSOLE = Set.of("console", "logging", "stdout");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger log = LoggerFactory.getLogger(TracingConfig.class);

    private final EnvReader env;
    private final Map<String, String> variables;
    private final JsonNode knative;

    private TracingConfig(EnvReader env) {
        this.env = env;
        this.variables = new HashMap<>(env.startingWith("OTEL_"));
        this.knative = env.text(KNATIVE).map(TracingConfig::parse).orElse(MissingNode.getInstance());
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json).path("tracing");
        } catch (JsonProcessingException malformed) {
            refuse(KNATIVE, "is not JSON: " + malformed.getOriginalMessage(), "correct config-observability");
            return MissingNode.getInstance();
        }
    }

    private static void refuse(String variable, String wrong, String remedy) {
        log.atWarn().addKeyValue("variable", variable).log("no tracing: {} {}; {}", variable, wrong, remedy);
    }

    /** The settings; empty: off. */
    static Optional<TracingSettings> read(EnvReader env) {
        boolean disabled =
                env.text("OTEL_SDK_DISABLED").filter("true"::equalsIgnoreCase).isPresent();
        return disabled ? Optional.empty() : new TracingConfig(env).settings();
    }

    private Optional<TracingSettings> settings() {
        String exporter = exporter();
        if (exporter.equals(NONE)) {
            return Optional.empty();
        }
        boolean console = CONSOLE.contains(exporter);
        if (!console && !exporter.equals(OTLP)) {
            refuse(EXPORTER, "'" + exporter + "' is not supported", "set it to otlp, console or none");
            return Optional.empty();
        }
        if (!console && !isHttp()) {
            return Optional.empty();
        }
        return Optional.of(new TracingSettings(properties(console), resource(), console));
    }

    private String knativeProtocol() {
        return knative.path("protocol").asText(NONE);
    }

    /** That of the variables; that of the endpoint they name; that of Knative's protocol. */
    private String exporter() {
        String named = variables.getOrDefault(EXPORTER, "").toLowerCase(Locale.ROOT);
        if (!named.isEmpty()) {
            return named;
        }
        if (variables.containsKey(ENDPOINT) || variables.containsKey(TRACES_ENDPOINT)) {
            return OTLP;
        }
        String protocol = knativeProtocol();
        return protocol.equals(NONE) || CONSOLE.contains(protocol) ? protocol : OTLP;
    }

    /** Whether spans are to be sent by HTTP. A client for gRPC would cost as much as all of tracing. */
    private boolean isHttp() {
        String variable = variables.containsKey(TRACES_PROTOCOL) ? TRACES_PROTOCOL : PROTOCOL;
        boolean own = variables.containsKey(variable);
        String protocol = variables.getOrDefault(variable, knativeProtocol());
        boolean http = protocol.equals(HTTP) || (!own && (protocol.equals(NONE) || CONSOLE.contains(protocol)));
        if (!http) {
            refuse(
                    own ? variable : KNATIVE,
                    "names the protocol " + protocol,
                    "use " + HTTP + ", which collectors receive on port 4318");
        }
        return http;
    }

    private Map<String, String> properties(boolean console) {
        boolean hasEndpoint = variables.containsKey(ENDPOINT) || variables.containsKey(TRACES_ENDPOINT);
        String endpoint = knative.path("endpoint").asText("");
        if (!hasEndpoint && !endpoint.isEmpty()) {
            variables.put(TRACES_ENDPOINT, withPath(endpoint));
        }
        if (!variables.containsKey(SAMPLER) && !knativeProtocol().equals(NONE)) {
            sample();
        }
        boolean named = variables.containsKey(SERVICE_NAME)
                || variables.getOrDefault(RESOURCE, "").contains("service.name=");
        if (!named) {
            variables.put(SERVICE_NAME, env.text("K_COMPONENT").orElse("apiserversource") + "-adapter");
        }
        variables.put(EXPORTER, console ? NONE : OTLP);
        variables.put("OTEL_METRICS_EXPORTER", NONE);
        variables.put("OTEL_LOGS_EXPORTER", NONE);
        variables.put("OTEL_PROPAGATORS", "tracecontext");
        variables.putIfAbsent(PROTOCOL, HTTP);
        Map<String, String> properties = new HashMap<>();
        variables.forEach(
                (name, value) -> properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value));
        return properties;
    }

    /** Knative's rate, which the argument of the sampler overrides. */
    private void sample() {
        double rate = CONSOLE.contains(knativeProtocol())
                ? 1
                : knative.path("samplingRate").asDouble(0);
        variables.put(SAMPLER, "parentbased_traceidratio");
        variables.putIfAbsent(SAMPLER_ARG, Double.toString(Math.max(0, Math.min(1, rate))));
    }

    /** As Knative reads an endpoint: https if it has no scheme, and OTLP's path if it has none. */
    private static String withPath(String endpoint) {
        String url = endpoint.contains("://") ? endpoint : "https://" + endpoint;
        try {
            String path = URI.create(url).getPath();
            return path == null || path.isEmpty() ? url + "/v1/traces" : url;
        } catch (IllegalArgumentException refusedByTheSdk) {
            return url;
        }
    }

    private Map<String, String> resource() {
        Map<String, String> attributes = new LinkedHashMap<>();
        env.text("NAME").ifPresent(name -> attributes.put("apiserversource.name", name));
        env.text("NAMESPACE").ifPresent(namespace -> attributes.put("k8s.namespace.name", namespace));
        env.text("POD_NAME").ifPresent(pod -> attributes.put("k8s.pod.name", pod));
        return attributes;
    }
}

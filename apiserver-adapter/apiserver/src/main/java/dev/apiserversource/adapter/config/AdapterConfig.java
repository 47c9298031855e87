package dev.apiserversource.adapter.config;

import dev.apiserversource.adapter.event.EventMode;
import dev.apiserversource.adapter.event.OwnerFilter;
import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.adapter.watch.StreamSettings;
import dev.apiserversource.frame.config.CeOverrides;
import dev.apiserversource.frame.config.ConfigErrors;
import dev.apiserversource.frame.config.DeliveryConfig;
import dev.apiserversource.frame.config.EnvReader;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.config.LeaseConfig;
import dev.apiserversource.frame.config.SinkFields;
import dev.apiserversource.frame.delivery.DeliverySettings;
import dev.apiserversource.frame.delivery.SinkAddress;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * All that the adapter is told, by its environment alone. The names beginning with {@code K_} are those that Knative's controller sets.
 *
 * @param name of the ApiServerSource
 * @param namespace of the ApiServerSource
 * @param selection what to watch
 * @param mode what the events say
 * @param owner whose objects count; empty for all
 * @param overrides attributes that every event gets
 * @param checkpoint name of the ConfigMap that the checkpoint is kept in; empty for no checkpoint
 * @param gaps whether gaps come out as events
 * @param lease which one of several processes works; empty when there is only this one
 * @param failFast whether a watch that cannot be opened ends the process
 * @param delivery the sink, and limits towards it
 * @param watchTimeout how long a watch is asked to last at least
 * @param drainTimeout how long held events may take after the signal to stop
 * @param probesPort port of {@code /health} and {@code /readiness}; 0 for any free one
 * @param metricsPort port of {@code /metrics}; 0 for any free one
 */
public record AdapterConfig(
        String name,
        String namespace,
        Selection selection,
        EventMode mode,
        Optional<OwnerFilter> owner,
        Map<String, String> overrides,
        Optional<String> checkpoint,
        boolean gaps,
        Optional<LeaseConfig> lease,
        boolean failFast,
        DeliverySettings delivery,
        Duration watchTimeout,
        Duration drainTimeout,
        int probesPort,
        int metricsPort) {

    private static final int MOST_PORT = 65_535;

    /** Stands in for a sink that cannot be used, until all problems have been found. */
    private static final SinkAddress NO_SINK = SinkAddress.of(URI.create("http://sink.invalid"));

    /**
     * Reads the environment.
     *
     * @throws InvalidConfigException when it cannot be used; names every problem
     */
    public static AdapterConfig from(Map<String, String> environment) throws InvalidConfigException {
        ConfigErrors problems = new ConfigErrors();
        EnvReader variables = new EnvReader(environment, problems);
        SourceConfig source = SourceConfig.parse(
                variables.required(SourceConfig.VARIABLE, "set it to what to watch, as JSON"), problems);
        refuseUnsupported(variables, problems);
        AdapterConfig config = new AdapterConfig(
                variables.required("NAME", "set it to the name of the ApiServerSource"),
                variables.required("NAMESPACE", "set it to the namespace of the ApiServerSource"),
                selection(source),
                source.mode(),
                source.owner(),
                CeOverrides.parse(variables.text(CeOverrides.VARIABLE).orElse("{}"), problems),
                variables.text("CHECKPOINT_NAME"),
                source.gaps(),
                LeaseConfig.from(variables),
                source.failFast(),
                delivery(variables, source.delivery(), problems),
                variables.seconds("ADAPTER_WATCH_TIMEOUT", StreamSettings.DEFAULT_WATCH_TIMEOUT),
                variables.seconds("ADAPTER_DRAIN_TIMEOUT", Duration.ofSeconds(20)),
                variables.number("PROBES_PORT", 8080, 0, MOST_PORT),
                variables.number("METRICS_PORT", 9092, 0, MOST_PORT));
        problems.throwIfAny();
        return config;
    }

    private static Selection selection(SourceConfig source) {
        boolean metadataOnly = source.mode() == EventMode.REFERENCE;
        return new Selection(
                source.resources(), source.namespaces(), source.allNamespaces(), metadataOnly, source.existing());
    }

    private static void refuseUnsupported(EnvReader variables, ConfigErrors problems) {
        SinkFields.refuseAudience("K_AUDIENCE", variables.text("K_AUDIENCE"), problems);
    }

    private static DeliverySettings delivery(EnvReader variables, DeliveryConfig spec, ConfigErrors problems) {
        Duration timeout = variables.seconds("K_SINK_TIMEOUT", Duration.ofSeconds(30));
        return new DeliverySettings(
                sink(variables, problems),
                spec.deadLetterSink(),
                spec.retry(),
                variables.text("NAMESPACE").orElse(""),
                spec.timeout().orElse(timeout),
                variables.number("ADAPTER_MAX_IN_FLIGHT", 100, 1, 10_000),
                variables.number("ADAPTER_MAX_HELD_EVENTS", 1_000, 1, 1_000_000),
                variables.number("ADAPTER_MAX_HELD_BYTES", 16 * 1024 * 1024, 1, Integer.MAX_VALUE));
    }

    private static SinkAddress sink(EnvReader variables, ConfigErrors problems) {
        String url = variables.required("K_SINK", "set it to the URL that events are POSTed to");
        Optional<String> caCerts = SinkFields.caCerts("K_CA_CERTS", variables.text("K_CA_CERTS"), problems);
        return Optional.of(url)
                .filter(text -> !text.isEmpty())
                .flatMap(text -> SinkFields.url("K_SINK", text, problems))
                .map(usable -> new SinkAddress(usable, caCerts))
                .orElse(NO_SINK);
    }
}

package dev.apiserversource.adapter.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apiserversource.adapter.watch.StreamSettings;
import dev.apiserversource.frame.config.EnvReader;
import dev.apiserversource.frame.config.FrameConfig;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.config.JsonFields;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The configuration of the receive adapter, all from its environment.
 *
 * @param frame what every source has
 * @param source what to watch, and which events to make of it
 * @param checkpoint where positions are kept; empty for none
 * @param watchTimeout how long the API server is asked to keep a watch, at least
 * @param maxPreviousBytes bound of the states that updates are compared with, in bytes
 */
public record AdapterConfig(
        FrameConfig frame,
        SourceConfig source,
        Optional<Checkpoint> checkpoint,
        Duration watchTimeout,
        int maxPreviousBytes) {

    private static final int DEFAULT_MAX_PREVIOUS_BYTES = 16 * 1024 * 1024;

    /** A DNS subdomain to which the longest suffix can be added. ConfigMaps and Leases have such names. */
    private static final Pattern SOURCE_NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,198}[a-z0-9])?");

    /**
     * The checkpoint of a source.
     *
     * @param name of its first ConfigMap
     * @param required whether this process waits for the right to it, rather than to work without it
     */
    public record Checkpoint(String name, boolean required) {}

    /**
     * Reads the environment.
     *
     * @throws InvalidConfigException with all errors, when it cannot be used
     */
    public static AdapterConfig from(Map<String, String> environment) throws InvalidConfigException {
        EnvReader env = new EnvReader(environment);
        JsonNode source = SourceConfig.read(env);
        JsonFields delivery =
                new JsonFields(SourceConfig.VARIABLE + ".delivery", source.path("delivery"), env.errors());
        AdapterConfig config = new AdapterConfig(
                FrameConfig.from(env, delivery, derived(env, "-lease")),
                SourceConfig.from(source, env.errors()),
                checkpoint(env),
                env.seconds("ADAPTER_WATCH_TIMEOUT", StreamSettings.DEFAULT_WATCH_TIMEOUT),
                env.number("ADAPTER_MAX_PREVIOUS_BYTES", DEFAULT_MAX_PREVIOUS_BYTES, 0, Integer.MAX_VALUE));
        env.errors().throwIfAny();
        return config;
    }

    private static Optional<Checkpoint> checkpoint(EnvReader env) {
        boolean required = env.isSet("CHECKPOINT_NAME");
        Optional<String> name = required ? env.text("CHECKPOINT_NAME") : derived(env, "-checkpoint");
        return name.map(text -> new Checkpoint(text, required));
    }

    /** Knative's controller names neither checkpoint nor Lease. rbac/adapter-state.yaml grants these names. */
    private static Optional<String> derived(EnvReader env, String suffix) {
        return env.text("NAME")
                .filter(name -> SOURCE_NAME.matcher(name).matches())
                .map(name -> "apiserversource-" + name + suffix);
    }
}

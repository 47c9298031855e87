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

/**
 * The configuration of the receive adapter, all from its environment.
 *
 * @param frame what every source has
 * @param source what to watch, and which events to make of it
 * @param checkpoint name of the ConfigMap of the checkpoint; empty for none
 * @param watchTimeout how long the API server is asked to keep a watch, at least
 */
public record AdapterConfig(
        FrameConfig frame, SourceConfig source, Optional<String> checkpoint, Duration watchTimeout) {

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
                FrameConfig.from(env, delivery),
                SourceConfig.from(source, env.errors()),
                env.text("CHECKPOINT_NAME"),
                env.seconds("ADAPTER_WATCH_TIMEOUT", StreamSettings.DEFAULT_WATCH_TIMEOUT));
        env.errors().throwIfAny();
        return config;
    }
}

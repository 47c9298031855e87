package dev.apiserversource.ping;

import dev.apiserversource.frame.config.EnvReader;
import dev.apiserversource.frame.config.FrameConfig;
import dev.apiserversource.frame.config.InvalidConfigException;

import java.util.Map;
import java.util.Optional;

/**
 * The configuration of the adapter.
 *
 * @param frame what every adapter has
 * @param checkpoint the name of the ConfigMap of the checkpoint; empty for none
 * @param reader reads the sources
 */
record PingConfig(FrameConfig frame, Optional<String> checkpoint, PingSourceReader reader) {

    /**
     * Reads the environment.
     *
     * @throws InvalidConfigException with every error
     */
    static PingConfig from(Map<String, String> environment) throws InvalidConfigException {
        EnvReader env = new EnvReader(environment);
        PingConfig config = new PingConfig(
                FrameConfig.withoutSink(env), env.text("CHECKPOINT_NAME"), new PingSourceReader(environment));
        env.errors().throwIfAny();
        return config;
    }
}

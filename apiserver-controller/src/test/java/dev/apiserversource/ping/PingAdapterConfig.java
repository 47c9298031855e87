package dev.apiserversource.ping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apiserversource.frame.config.FrameConfig;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.delivery.DeliverySettings;

import java.util.Map;
import java.util.Optional;

/** The readers of the PingSource adapter, for the contract tests of the controller. */
public final class PingAdapterConfig {

    private PingAdapterConfig() {}

    /** What the adapter reads from its environment. */
    public static FrameConfig frame(Map<String, String> environment) throws InvalidConfigException {
        return PingConfig.from(environment).frame();
    }

    /** The name of the adapter's checkpoint. */
    public static Optional<String> checkpoint(Map<String, String> environment) throws InvalidConfigException {
        return PingConfig.from(environment).checkpoint();
    }

    /** Where the adapter sends the events of a source; empty while it sends none. */
    public static Optional<DeliverySettings> delivery(JsonNode source) throws InvalidConfigException {
        return new PingSourceReader(Map.of()).read(source).map(PingSource::delivery);
    }
}

package dev.apiserversource.ping;

import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.delivery.SinkAddress;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PingConfigTest {

    @Test
    void needsNoSink() throws InvalidConfigException {
        PingConfig config = PingConfig.from(Map.of(
                "NAME", "pingsource-mt-adapter",
                "NAMESPACE", "system",
                "LEASE_NAME", "pings",
                "CHECKPOINT_NAME", "pings"));

        assertThat(config.frame().delivery().sink()).isEqualTo(SinkAddress.NONE);
        assertThat(config.frame().lease())
                .hasValueSatisfying(lease -> assertThat(lease.name()).isEqualTo("pings"));
        assertThat(config.checkpoint()).hasValue("pings");
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> PingConfig.from(Map.of()))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("NAME: is not set")
                .hasMessageContaining("NAMESPACE: is not set");
    }
}

package dev.apiserversource.frame.config;

import dev.apiserversource.frame.delivery.DeliverySettings;
import dev.apiserversource.frame.delivery.SinkAddress;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What the frame reads for a source of one's own. */
class FrameConfigTest {

    private static FrameConfig read(Map<String, String> more) throws InvalidConfigException {
        Map<String, String> environment =
                new HashMap<>(Map.of("NAME", "mine", "NAMESPACE", "default", "K_SINK", "http://sink"));
        environment.putAll(more);
        EnvReader env = new EnvReader(environment);
        FrameConfig config = FrameConfig.from(env);
        env.errors().throwIfAny();
        return config;
    }

    private static List<String> errors(Map<String, String> more) {
        return catchThrowableOfType(InvalidConfigException.class, () -> read(more))
                .errors();
    }

    @Test
    void threeVariablesAreEnough() throws InvalidConfigException {
        FrameConfig config = read(Map.of());

        assertThat(config.name()).isEqualTo("mine");
        assertThat(config.namespace()).isEqualTo("default");
        assertThat(config.overrides()).isEmpty();
        assertThat(config.lease()).isEmpty();
        assertThat(config.delivery())
                .isEqualTo(DeliverySettings.defaults(
                        new SinkAddress(URI.create("http://sink"), Optional.empty()), "default"));
    }

    @Test
    void readsADeliverySpec() throws InvalidConfigException {
        DeliverySettings delivery = read(Map.of(
                        "DELIVERY_SPEC",
                        "{\"retry\":3,\"timeout\":\"PT5S\",\"deadLetterSink\":{\"uri\":\"http://letters\"}}"))
                .delivery();

        assertThat(delivery.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(delivery.retry().retry()).hasValue(3);
        assertThat(delivery.deadLetterSink()).contains(new SinkAddress(URI.create("http://letters"), Optional.empty()));
    }

    @Test
    void namesTheFieldOfTheDeliverySpecThatIsWrong() {
        assertThat(errors(Map.of("DELIVERY_SPEC", "{\"retry\":-1}")))
                .singleElement()
                .asString()
                .startsWith("DELIVERY_SPEC.retry: -1 cannot be used; ");
        assertThat(errors(Map.of("DELIVERY_SPEC", "[]")))
                .singleElement()
                .asString()
                .startsWith("DELIVERY_SPEC: is not a JSON object; ");
        assertThat(errors(Map.of("DELIVERY_SPEC", "{retry")))
                .singleElement()
                .asString()
                .startsWith("DELIVERY_SPEC: is not JSON: ")
                .endsWith("; write an object, such as {}");
    }
}

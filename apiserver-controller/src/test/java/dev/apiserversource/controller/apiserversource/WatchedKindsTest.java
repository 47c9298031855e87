package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSourceSpec.WatchedResource;
import dev.apiserversource.controller.status.ConditionValue;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class WatchedKindsTest {

    private static final List<WatchedResource> RESOURCES =
            List.of(new WatchedResource("v1", "Event", null), new WatchedResource("example.com/v1", "Ox", null));

    @Test
    void kindThatIsNotServedIsReportedAndNotChecked() {
        WatchedKinds kinds = WatchedKinds.of(
                RESOURCES,
                (apiVersion, kind) ->
                        kind.equals("Event") ? Samples.DISCOVERY.find(apiVersion, kind) : Optional.empty());
        ConditionValue value = kinds.allServed();
        assertThat(value.status()).isEqualTo("Unknown");
        assertThat(value.reason()).isEqualTo("KindNotFound");
        assertThat(value.message()).contains("Ox (example.com/v1)").contains("install its CRD");
        assertThat(kinds.served()).extracting(resource -> resource.plural()).containsExactly("events");
    }

    @Test
    void allServedWhenDiscoveryFindsEveryKind() {
        assertThat(WatchedKinds.of(RESOURCES, Samples.DISCOVERY).allServed()).isEqualTo(ConditionValue.TRUE);
    }
}

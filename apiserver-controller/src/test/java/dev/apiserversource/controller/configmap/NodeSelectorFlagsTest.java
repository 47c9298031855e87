package dev.apiserversource.controller.configmap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class NodeSelectorFlagsTest {

    @Test
    void everyFlagIsALabel() {
        assertThat(NodeSelectorFlags.parse(Map.of(
                        "apiserversources-nodeselector-disktype", " ssd ",
                        "apiserversources-nodeselector-testkey", "",
                        "delivery-timeout", "enabled",
                        "_example", "apiserversources-nodeselector-x: y")))
                .isEqualTo(Map.of("disktype", "ssd", "testkey", ""));
    }

    @ParameterizedTest
    @CsvSource({"'', a", "a, b c", "a, -b", "a., b"})
    void refusesWhatIsNoLabel(String label, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NodeSelectorFlags.parse(Map.of("apiserversources-nodeselector-" + label, value)))
                .withMessage("apiserversources-nodeselector-" + label + ": \"" + value
                        + "\" must be a label of nodes and its value");
    }
}

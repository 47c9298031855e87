package dev.apiserversource.controller.apply;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class ManagedFieldsUpgradeTest {

    private static final String OURS = "apiserversource-controller";

    @Test
    void fieldsOfKnativeAreAddedToOurs() {
        List<ManagedFieldsEntry> merged = ManagedFieldsUpgrade.merge(
                List.of(
                        entry(
                                "controller",
                                "Update",
                                "",
                                "{\"f:spec\":{\"f:replicas\":{},\"f:template\":{\"f:a\":{}}}}"),
                        entry(OURS, "Apply", "", "{\"f:spec\":{\"f:template\":{\"f:b\":{}}}}")),
                "",
                OURS);
        assertThat(merged)
                .containsExactly(entry(
                        OURS, "Apply", "", "{\"f:spec\":{\"f:replicas\":{},\"f:template\":{\"f:a\":{},\"f:b\":{}}}}"));
    }

    @Test
    void entryOfKnativeBecomesOursWhenWeHaveNone() {
        assertThat(ManagedFieldsUpgrade.merge(
                        List.of(entry("controller", "Update", "status", "{\"f:status\":{\"f:sinkUri\":{}}}")),
                        "status",
                        OURS))
                .containsExactly(entry(OURS, "Apply", "status", "{\"f:status\":{\"f:sinkUri\":{}}}"));
    }

    @Test
    void entriesOfOthersAndOfOtherSubresourcesStay() {
        List<ManagedFieldsEntry> others = List.of(
                entry("kubectl-set", "Update", "", "{\"f:spec\":{\"f:paused\":{}}}"),
                entry("kube-controller-manager", "Update", "status", "{\"f:status\":{}}"),
                entry("controller", "Update", "status", "{\"f:status\":{}}"),
                entry("controller", "Apply", "", "{\"f:spec\":{}}"));
        assertThat(ManagedFieldsUpgrade.merge(others, "", OURS)).isEqualTo(others);
    }

    private static ManagedFieldsEntry entry(String manager, String operation, String subresource, String fields) {
        return Serialization.unmarshal(
                """
                {"manager": "%s", "operation": "%s", "subresource": "%s", "apiVersion": "apps/v1", "fieldsV1": %s}
                """.formatted(manager, operation, subresource, fields), ManagedFieldsEntry.class);
    }
}

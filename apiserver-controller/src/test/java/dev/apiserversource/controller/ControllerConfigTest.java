package dev.apiserversource.controller;

import dev.apiserversource.controller.apiserversource.AdapterTemplate;
import dev.apiserversource.controller.knative.KnativeLeases;
import dev.apiserversource.controller.namespaces.NamespaceScope;
import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ControllerConfigTest {

    private static final Map<String, String> REQUIRED =
            Map.of("APISERVER_RA_IMAGE", "adapter:1", "SYSTEM_NAMESPACE", "system", "HOSTNAME", "controller");

    @Test
    void defaults() {
        ControllerConfig config = ControllerConfig.from(REQUIRED);
        assertThat(config)
                .isEqualTo(new ControllerConfig(
                        new AdapterTemplate(
                                "adapter:1",
                                "system",
                                AdapterTemplate.DEFAULT_JAVA_OPTIONS,
                                AdapterTemplate.defaultResources(),
                                Map.of(),
                                List.of(),
                                Map.of()),
                        "system",
                        Set.of(),
                        NamespaceScope.CLUSTER,
                        "cluster.local",
                        true,
                        Duration.ofSeconds(15),
                        "controller",
                        new KnativeLeases.Settings("knative-eventing", false, "controller", Duration.ofSeconds(15)),
                        10,
                        Optional.empty(),
                        8080,
                        9092));
    }

    @Test
    void processesWithoutANameHaveDifferentIdentities() {
        Map<String, String> nameless = Map.of("APISERVER_RA_IMAGE", "adapter:1", "SYSTEM_NAMESPACE", "system");
        assertThat(ControllerConfig.from(nameless).identity())
                .isNotEqualTo(ControllerConfig.from(nameless).identity());
    }

    @Test
    void everyVariableIsRead() {
        Map<String, String> all = new HashMap<>(REQUIRED);
        all.putAll(Map.of(
                "WATCH_NAMESPACES", "shop, billing",
                "CLUSTER_DOMAIN", "example.internal",
                "LEADER_ELECTION", "false",
                "LEASE_DURATION", "PT6S",
                "POD_NAME", "controller-7",
                "KNATIVE_TAKEOVER", "true",
                "KNATIVE_NAMESPACE", "eventing",
                "RECONCILE_THREADS", "3",
                "PROBES_PORT", "18080",
                "METRICS_PORT", "0"));
        all.putAll(Map.of(
                "LOG_LEVEL", "debug",
                "ADAPTER_JAVA_OPTIONS", "-Xmx1g",
                "ADAPTER_RESOURCES", "{\"limits\":{\"memory\":\"2Gi\"}}",
                "ADAPTER_NODE_SELECTOR", "{\"disktype\":\"ssd\"}",
                "ADAPTER_TOLERATIONS", "[{\"key\":\"infra\",\"operator\":\"Exists\"}]"));
        ControllerConfig config = ControllerConfig.from(all);
        assertThat(config.watchNamespaces()).containsExactlyInAnyOrder("shop", "billing");
        assertThat(config.scope()).isEqualTo(NamespaceScope.CLUSTER);
        assertThat(config.clusterDomain()).isEqualTo("example.internal");
        assertThat(config.leaderElection()).isFalse();
        assertThat(config.leaseDuration()).isEqualTo(Duration.ofSeconds(6));
        assertThat(config.identity()).isEqualTo("controller-7");
        assertThat(config.knative())
                .isEqualTo(new KnativeLeases.Settings("eventing", true, "controller-7", Duration.ofSeconds(6)));
        assertThat(config.reconcileThreads()).isEqualTo(3);
        assertThat(config.logLevel()).contains("debug");
        assertThat(config.probesPort()).isEqualTo(18080);
        assertThat(config.metricsPort()).isZero();
        assertThat(config.adapter().javaOptions()).isEqualTo("-Xmx1g");
        assertThat(config.adapter().resources().getLimits()).containsEntry("memory", new Quantity("2Gi"));
        assertThat(config.adapter().nodeSelector()).containsEntry("disktype", "ssd");
        assertThat(config.adapter().tolerations())
                .singleElement()
                .satisfies(toleration -> assertThat(toleration.getKey()).isEqualTo("infra"));
    }

    @Test
    void configMapsOfKnativeEventingApplyWithATakeover() {
        assertThat(ControllerConfig.from(REQUIRED).configMapNamespaces()).containsExactly("system");
        Map<String, String> takeover = new HashMap<>(REQUIRED);
        takeover.put("KNATIVE_TAKEOVER", "true");
        assertThat(ControllerConfig.from(takeover).configMapNamespaces()).containsExactly("system", "knative-eventing");
        takeover.put("SYSTEM_NAMESPACE", "knative-eventing");
        assertThat(ControllerConfig.from(takeover).configMapNamespaces()).containsExactly("knative-eventing");
    }

    @Test
    void reportsEveryProblemAtOnce() {
        Map<String, String> wrong = Map.of(
                "LEADER_ELECTION", "maybe",
                "LEASE_DURATION", "15s",
                "RECONCILE_THREADS", "0",
                "PROBES_PORT", "70000",
                "METRICS_PORT", "many",
                "ADAPTER_RESOURCES", "lots",
                "ADAPTER_NODE_SELECTOR", "[]",
                "ADAPTER_TOLERATIONS", "{");
        assertThatExceptionOfType(EnvReader.InvalidConfigException.class)
                .isThrownBy(() -> ControllerConfig.from(wrong))
                .satisfies(e -> assertThat(e.problems())
                        .hasSize(10)
                        .anyMatch(problem -> problem.startsWith("APISERVER_RA_IMAGE is not set: "))
                        .anyMatch(problem -> problem.startsWith("SYSTEM_NAMESPACE is not set: "))
                        .contains("LEADER_ELECTION=maybe is neither true nor false")
                        .contains("LEASE_DURATION=15s is not an ISO 8601 duration such as PT15S")
                        .contains("RECONCILE_THREADS=0 is not a number from 1 to 100")
                        .contains("PROBES_PORT=70000 is not a number from 0 to 65535")
                        .contains("METRICS_PORT=many is not a number from 0 to 65535")
                        .anyMatch(problem -> problem.startsWith("ADAPTER_RESOURCES is not valid JSON such as")));
    }

    @Test
    void rejectsALeaseTooShortToRenew() {
        Map<String, String> wrong = new HashMap<>(REQUIRED);
        wrong.put("LEASE_DURATION", "PT1S");
        assertThatExceptionOfType(EnvReader.InvalidConfigException.class)
                .isThrownBy(() -> ControllerConfig.from(wrong))
                .withMessage("LEASE_DURATION=PT1S is too short: at least PT3S");
    }

    @Test
    void watchNamespaceStillTakesOne() {
        assertThat(with(Map.of("WATCH_NAMESPACE", "shop")).watchNamespaces()).containsExactly("shop");
    }

    @Test
    void scopeIsThatOfTheRoles() {
        assertThat(with(Map.of("WATCH_NAMESPACES", "shop,billing", "CLUSTER_ACCESS", "false"))
                        .scope())
                .isEqualTo(new NamespaceScope(Set.of("shop", "billing")));
    }

    @Test
    void refusesContradictoryNamespaces() {
        assertThatExceptionOfType(EnvReader.InvalidConfigException.class)
                .isThrownBy(() -> with(Map.of("WATCH_NAMESPACES", "a,B_", "WATCH_NAMESPACE", "c")))
                .satisfies(e -> assertThat(e.problems())
                        .containsExactly(
                                "WATCH_NAMESPACES=a,B_: \"B_\" is no name of a namespace",
                                "WATCH_NAMESPACES and WATCH_NAMESPACE are both set: remove WATCH_NAMESPACE"));
        assertThatExceptionOfType(EnvReader.InvalidConfigException.class)
                .isThrownBy(() -> with(Map.of("CLUSTER_ACCESS", "false")))
                .withMessageStartingWith("CLUSTER_ACCESS=false needs WATCH_NAMESPACES: ");
    }

    private static ControllerConfig with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(REQUIRED);
        all.putAll(more);
        return ControllerConfig.from(all);
    }

    @Test
    void emptyCountsAsUnset() {
        Map<String, String> empty = new HashMap<>(REQUIRED);
        empty.put("WATCH_NAMESPACES", " ");
        empty.put("PROBES_PORT", "");
        assertThat(ControllerConfig.from(empty).watchNamespaces()).isEmpty();
        assertThat(ControllerConfig.from(empty).probesPort()).isEqualTo(8080);
    }
}

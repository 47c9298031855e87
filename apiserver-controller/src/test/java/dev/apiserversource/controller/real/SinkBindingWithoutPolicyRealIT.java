package dev.apiserversource.controller.real;

import dev.apiserversource.controller.real.RealCluster.Installed;
import dev.apiserversource.loadtests.cluster.ApiServerOption;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import dev.apiserversource.loadtests.cluster.ControlPlanes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** SinkBindings on an API server without MutatingAdmissionPolicies, as before Kubernetes 1.36. */
@ControlPlaneTest
class SinkBindingWithoutPolicyRealIT {

    private BindingFixture bindings;

    @BeforeEach
    void start(ControlPlanes planes) {
        bindings = new BindingFixture(Installed.on(planes.with(ApiServerOption.NO_MUTATING_POLICIES)));
    }

    @AfterEach
    void stop() {
        bindings.close();
    }

    @Test
    void existingAndNewWorkloadsAreBoundByTheControllerAndJobsAreNot() {
        bindings.deployment("existing", "");
        bindings.bind(
                "bind",
                "{apiVersion: apps/v1, kind: Deployment, selector: {matchLabels: {app: worker}}}",
                "{uri: 'http://sink'}");
        bindings.awaitReady("bind");
        bindings.awaitCondition("bind", "SinkBindingAvailable", "True", "AdmissionPolicyMissing");
        assertThat(bindings.environmentOf("existing")).containsEntry("K_SINK", "http://sink");
        bindings.deployment("new", "");
        bindings.awaitEnvironment("new", variables -> "http://sink".equals(variables.get("K_SINK")));
        bindings.bind("jobs", "{apiVersion: batch/v1, kind: Job, name: a}", "{uri: 'http://sink'}");
        bindings.awaitCondition("jobs", "SinkBindingAvailable", "False", "AdmissionPolicyMissing");
        bindings.delete("bind");
        assertThat(bindings.environmentOf("existing")).containsOnlyKeys("OWN");
        assertThat(bindings.environmentOf("new")).containsOnlyKeys("OWN");
    }
}

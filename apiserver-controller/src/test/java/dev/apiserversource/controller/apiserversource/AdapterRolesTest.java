package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.ApiServerSource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class AdapterRolesTest {

    private static final ApiServerSource OLD = Samples.events("serviceAccountName: old");
    private static final ApiServerSource NEW = Samples.events("serviceAccountName: new");
    private static final PolicyRule FORMER = new PolicyRuleBuilder()
            .withApiGroups("")
            .withResources("configmaps")
            .withResourceNames("former")
            .withVerbs("get")
            .build();

    @Test
    void rolloutKeepsWhatTheOldPodNeeds() {
        List<HasMetadata> desired = desired(false);
        assertThat(((Role) desired.get(0)).getRules())
                .startsWith(AdapterRoles.role(NEW).getRules().toArray(PolicyRule[]::new))
                .endsWith(FORMER);
        assertThat(((RoleBinding) desired.get(1)).getSubjects())
                .extracting(Subject::getName)
                .containsExactly("new", "old");
    }

    @Test
    void completeRolloutLeavesTheNewOnly() {
        assertThat(desired(true)).containsExactly(AdapterRoles.role(NEW), AdapterRoles.binding(NEW));
    }

    @Test
    void unchangedObjectsGrantNothingTwice() {
        Role role = Serialization.clone(AdapterRoles.role(NEW));
        RoleBinding binding = Serialization.clone(AdapterRoles.binding(NEW));
        assertThat(AdapterRoles.desired(NEW, Optional.of(role), Optional.of(binding), false))
                .containsExactly(AdapterRoles.role(NEW), AdapterRoles.binding(NEW));
    }

    private static List<HasMetadata> desired(boolean rolledOut) {
        Role current = AdapterRoles.role(OLD);
        current.setRules(List.of(FORMER));
        return AdapterRoles.desired(NEW, Optional.of(current), Optional.of(AdapterRoles.binding(OLD)), rolledOut);
    }
}

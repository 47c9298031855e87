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
                .startsWith(AdapterRoles.role(Samples.plan(NEW)).getRules().toArray(PolicyRule[]::new))
                .endsWith(FORMER);
        assertThat(((RoleBinding) desired.get(1)).getSubjects())
                .extracting(Subject::getName)
                .containsExactly("new", "old");
    }

    @Test
    void completeRolloutLeavesTheNewOnly() {
        assertThat(desired(true)).containsExactly(AdapterRoles.role(Samples.plan(NEW)), AdapterRoles.binding(NEW));
    }

    @Test
    void unchangedObjectsGrantNothingTwice() {
        Role role = Serialization.clone(AdapterRoles.role(Samples.plan(NEW)));
        RoleBinding binding = Serialization.clone(AdapterRoles.binding(NEW));
        assertThat(AdapterRoles.desired(Samples.plan(NEW), Optional.of(role), Optional.of(binding), false))
                .containsExactly(AdapterRoles.role(Samples.plan(NEW)), AdapterRoles.binding(NEW));
    }

    @Test
    void anAudienceAddsTokensOfOneServiceAccountOnly() {
        ApiServerSource source = Samples.source("apiVersion: sources.knative.dev/v1\nkind: ApiServerSource\n"
                + "metadata: {name: events}\nspec: {resources: [{apiVersion: v1, kind: Event}],"
                + " sink: {uri: 'https://sink', audience: shop}}");
        List<PolicyRule> rules = AdapterRoles.role(Samples.plan(source)).getRules();
        assertThat(rules.get(rules.size() - 1))
                .isEqualTo(new PolicyRuleBuilder()
                        .withApiGroups("")
                        .withResources("serviceaccounts/token")
                        .withResourceNames("events-oidc-sources.knative.dev-apiserversource")
                        .withVerbs("create")
                        .build());
    }

    private static List<HasMetadata> desired(boolean rolledOut) {
        Role current = AdapterRoles.role(Samples.plan(OLD));
        current.setRules(List.of(FORMER));
        return AdapterRoles.desired(
                Samples.plan(NEW), Optional.of(current), Optional.of(AdapterRoles.binding(OLD)), rolledOut);
    }
}

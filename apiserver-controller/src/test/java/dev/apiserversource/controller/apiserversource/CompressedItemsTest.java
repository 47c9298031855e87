package dev.apiserversource.controller.apiserversource;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CompressedItemsTest {

    private final KubernetesSerialization serialization = new KubernetesSerialization(new ObjectMapper(), false);
    private final CompressedItems<Role> items = new CompressedItems<>(Role.class, serialization);
    private final Role role = AdapterAccess.role(Samples.events("mode: Resource"));

    @Test
    void givesBackWhatWasPut() {
        String key = items.getKey(role);
        assertThat(key).isEqualTo("shop/" + Samples.events("mode: Resource").childName());
        assertThat(items.put(key, role)).isNull();
        assertThat(items.get(key)).isEqualTo(role);
        assertThat(items.values()).containsExactly(role);
        assertThat(items.keySet()).containsExactly(key);
        assertThat(items.size()).isOne();
    }

    @Test
    void tellsWhatWasThereBefore() {
        String key = items.getKey(role);
        Role changed = new RoleBuilder(role).withRules().build();
        items.put(key, role);
        assertThat(items.put(key, changed)).isEqualTo(role);
        assertThat(items.remove(key)).isEqualTo(changed);
        assertThat(items.remove(key)).isNull();
        assertThat(items.get(key)).isNull();
        assertThat(items.size()).isZero();
    }

    @Test
    void takesLittleForARoleOfManyNames() {
        items.put("a/b", role);
        assertThat(serialization.asJson(role)).hasSizeGreaterThan(5_000);
        assertThat(items.bytes()).isLessThan(1_000);
    }
}

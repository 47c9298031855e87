package dev.apiserversource.controller.apply;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class CompressedItemStoreTest {

    private final KubernetesSerialization serialization = new KubernetesSerialization(new ObjectMapper(), false);
    private final CompressedItemStore<Role> items = new CompressedItemStore<>(Role.class, serialization);
    private final Role role = new RoleBuilder()
            .withNewMetadata()
            .withName("adapter")
            .withNamespace("shop")
            .endMetadata()
            .addNewRule()
            .withResourceNames(IntStream.range(0, 300)
                    .mapToObj(shard -> "adapter-" + shard)
                    .toList())
            .endRule()
            .build();

    @Test
    void returnsWhatWasPut() {
        String key = items.getKey(role);
        assertThat(key).isEqualTo("shop/adapter");
        assertThat(items.put(key, role)).isNull();
        assertThat(items.get(key)).isEqualTo(role);
        assertThat(items.values()).containsExactly(role);
        assertThat(items.keySet()).containsExactly(key);
        assertThat(items.size()).isOne();
    }

    @Test
    void returnsThePreviousObject() {
        String key = items.getKey(role);
        Role changed = new RoleBuilder(role).withRules().build();
        items.put(key, role);
        assertThat(items.put(key, changed)).isEqualTo(role);
        assertThat(items.remove(key)).isEqualTo(changed);
        assertThat(items.remove(key)).isNull();
        assertThat(items.get(key)).isNull();
        assertThat(items.size()).isZero();
    }
}

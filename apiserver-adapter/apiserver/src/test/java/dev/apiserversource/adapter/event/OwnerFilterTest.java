package dev.apiserversource.adapter.event;

import dev.apiserversource.adapter.model.ObjectMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class OwnerFilterTest {

    private static ObjectMetadata ownedBy(ObjectMetadata.Owner owner) {
        return new ObjectMetadata("v1", "Pod", "ns", "p", "u", "1", Optional.ofNullable(owner));
    }

    @ParameterizedTest
    @CsvSource({
        "apps/v1, ReplicaSet, true",
        "apps/v1, Deployment, false",
        "apps/v2, ReplicaSet, false",
        "'', ReplicaSet, true",
        "'', Deployment, false",
        "apps/v1, '', true",
        "apps/v2, '', false"
    })
    void acceptsObjectsWhoseControllerIsOfThatKind(String apiVersion, String kind, boolean passes) {
        ObjectMetadata.Owner replicaSet = new ObjectMetadata.Owner("apps/v1", "ReplicaSet");

        assertThat(new OwnerFilter(apiVersion, kind).test(ownedBy(replicaSet))).isEqualTo(passes);
    }

    @Test
    void anObjectWithoutControllerIsNotAccepted() {
        assertThat(new OwnerFilter("", "ReplicaSet").test(ownedBy(null))).isFalse();
    }
}

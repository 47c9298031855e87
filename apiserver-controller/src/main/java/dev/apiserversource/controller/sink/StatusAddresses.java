package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.sink.Addressing.Address;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Reads the addresses that an Addressable carries in its status. */
final class StatusAddresses {

    private StatusAddresses() {}

    /** Those of {@code status.addresses}, then {@code status.address}; one without a URL is none. */
    static List<Address> of(GenericKubernetesResource object) {
        List<?> several = object.get("status", "addresses") instanceof List<?> list ? list : List.of();
        return Stream.concat(several.stream(), Stream.ofNullable(object.get("status", "address")))
                .map(StatusAddresses::address)
                .filter(Objects::nonNull)
                .toList();
    }

    private static @Nullable Address address(Object value) {
        if (!(value instanceof Map<?, ?> fields)) {
            return null;
        }
        String url = text(fields, "url");
        return url == null
                ? null
                : new Address(text(fields, "name"), url, text(fields, "CACerts"), text(fields, "audience"));
    }

    private static @Nullable String text(Map<?, ?> fields, String name) {
        return fields.get(name) instanceof String text && !text.isEmpty() ? text : null;
    }
}

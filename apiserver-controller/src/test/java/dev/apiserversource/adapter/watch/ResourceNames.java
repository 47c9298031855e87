package dev.apiserversource.adapter.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.adapter.model.RequestedResource;

import java.util.List;
import java.util.Map;

/** The adapter's resolution of resource names, for the contract test of the controller, which may guess a plural. */
public final class ResourceNames {

    private ResourceNames() {}

    /** Whether the adapter finds the only resource of a group version by {@code name}. */
    public static boolean resolves(String name, String plural, String kind) {
        Map<String, Object> list = Map.of(
                "resources",
                List.of(Map.of("name", plural, "singularName", "", "kind", kind, "verbs", List.of("list", "watch"))));
        return ResourceDiscovery.select(
                        new RequestedResource("example.com", "v1", name, ""), new ObjectMapper().valueToTree(list))
                instanceof ResourceDiscovery.Result.Found;
    }
}

package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.sink.Addressing.Absent;
import dev.apiserversource.controller.sink.Addressing.Address;
import dev.apiserversource.controller.sink.Addressing.Present;

import java.util.List;
import java.util.Map;

/** A world of sinks that does not change. */
public final class FixedSinks {

    private FixedSinks() {}

    /** Resolves every core Service, and what has a URL here by its kind. */
    public static SinkResolver resolver(Map<String, String> urlByKind) {
        return new SinkResolver(
                key -> {
                    if (key.isCoreService()) {
                        return new Present(List.of());
                    }
                    String url = urlByKind.get(key.apiVersion() + "/" + key.kind());
                    return url == null ? new Absent() : new Present(List.of(new Address(null, url, null, null)));
                },
                "cluster.local");
    }
}

package dev.apiserversource.adapter.checkpoint;

import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.WatchTarget;

import java.util.List;

/**
 * Names streams across processes: by what decides which objects a stream sees and what it tells of them. The version of a resource does
 * not, so a stream goes on when its kind is watched in another version; unless a group is watched in two versions at once.
 */
final class StreamId {

    private final List<RequestedResource> requested;

    StreamId(List<RequestedResource> requested) {
        this.requested = requested;
    }

    String of(WatchTarget target) {
        ResourceType type = target.resource();
        String version = severalVersions(type.group()) ? type.version() : "";
        String mode = target.metadataOnly() ? "metadata" : "whole";
        return String.join(
                "|", type.group(), version, type.plural(), target.namespace().orElse(""), mode, target.selector());
    }

    /** Whether the key is that of a stream of ConfigMaps, which begins with the core group, any version, and their plural. */
    static boolean isOfConfigMaps(String key) {
        String[] parts = key.split("\\|", 4);
        return parts[0].isEmpty() && parts[2].equals("configmaps");
    }

    private boolean severalVersions(String group) {
        return requested.stream()
                        .filter(resource -> resource.group().equals(group))
                        .map(RequestedResource::version)
                        .distinct()
                        .count()
                > 1;
    }
}

package dev.apiserversource.controller.trust;

import dev.apiserversource.controller.pod.MountedVolume;
import io.fabric8.kubernetes.api.model.ConfigMapProjection;
import io.fabric8.kubernetes.api.model.ProjectedVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The volume by which containers read trust bundles: a file for each key of each ConfigMap. Name and path are
 * Knative's.
 *
 * @see <a href="https://knative.dev/docs/eventing/features/transport-encryption/">Transport encryption</a>
 */
public final class BundleVolume {

    /** The name of the volume. */
    public static final String NAME = "kne-bundle-volume";

    private static final String PATH = "/knative-custom-certs";

    private BundleVolume() {}

    /** The volume with the files of these ConfigMaps; empty without one. */
    public static Optional<MountedVolume> of(List<String> configMaps) {
        List<VolumeProjection> sources =
                configMaps.stream().map(BundleVolume::projection).toList();
        return sources.isEmpty() ? Optional.empty() : Optional.of(new MountedVolume(NAME, PATH, sources));
    }

    /** A copy of {@code deployment} whose containers have the volume, if there is one. */
    public static Deployment addTo(Deployment deployment, List<String> configMaps) {
        return of(configMaps).map(volume -> volume.addTo(deployment)).orElse(deployment);
    }

    private static VolumeProjection projection(String configMap) {
        return new VolumeProjectionBuilder()
                .withNewConfigMap()
                .withName(configMap)
                .endConfigMap()
                .build();
    }

    /** The ConfigMaps that the pods of {@code deployment} mount; none without the volume. */
    public static List<String> mounted(Optional<Deployment> deployment) {
        return deployment.stream()
                .flatMap(found -> found.getSpec().getTemplate().getSpec().getVolumes().stream())
                .filter(volume -> NAME.equals(volume.getName()))
                .map(Volume::getProjected)
                .filter(Objects::nonNull)
                .map(ProjectedVolumeSource::getSources)
                .flatMap(List::stream)
                .flatMap(source -> Stream.ofNullable(source.getConfigMap()))
                .map(ConfigMapProjection::getName)
                .toList();
    }
}

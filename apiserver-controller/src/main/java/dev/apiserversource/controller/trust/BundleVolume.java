package dev.apiserversource.controller.trust;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.ProjectedVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The volume by which containers read trust bundles, with Knative's name and path.
 *
 * @see <a href="https://knative.dev/docs/eventing/features/transport-encryption/">Transport encryption</a>
 */
public final class BundleVolume {

    /** The name of the volume. */
    public static final String NAME = "kne-bundle-volume";

    /** Where containers find one file for each key of each ConfigMap. */
    public static final String PATH = "/knative-custom-certs";

    private BundleVolume() {}

    /** A copy of {@code deployment} whose containers have the volume. Without ConfigMaps there is none. */
    public static Deployment addTo(Deployment deployment, List<String> configMaps) {
        return new DeploymentBuilder(deployment)
                .editSpec()
                .editTemplate()
                .withSpec(addTo(deployment.getSpec().getTemplate().getSpec(), configMaps))
                .endTemplate()
                .endSpec()
                .build();
    }

    /** A copy of {@code pod} whose containers and init containers have the volume. */
    static PodSpec addTo(PodSpec pod, List<String> configMaps) {
        return configMaps.isEmpty()
                ? pod
                : new PodSpecBuilder(pod)
                        .removeMatchingFromVolumes(volume -> NAME.equals(volume.getName()))
                        .addToVolumes(volume(configMaps))
                        .withContainers(mount(pod.getContainers()))
                        .withInitContainers(mount(pod.getInitContainers()))
                        .build();
    }

    /** The volume with the files of these ConfigMaps. */
    public static Volume volume(List<String> configMaps) {
        List<VolumeProjection> sources =
                configMaps.stream().map(BundleVolume::projection).toList();
        return new VolumeBuilder()
                .withName(NAME)
                .withNewProjected()
                .withSources(sources)
                .endProjected()
                .build();
    }

    private static VolumeProjection projection(String configMap) {
        return new VolumeProjectionBuilder()
                .withNewConfigMap()
                .withName(configMap)
                .endConfigMap()
                .build();
    }

    /** Where the volume is in a container. */
    public static VolumeMount volumeMount() {
        return new VolumeMountBuilder()
                .withName(NAME)
                .withMountPath(PATH)
                .withReadOnly(true)
                .build();
    }

    private static List<Container> mount(List<Container> containers) {
        return containers.stream()
                .map(container -> new ContainerBuilder(container)
                        .removeMatchingFromVolumeMounts(mount -> NAME.equals(mount.getName()))
                        .addToVolumeMounts(volumeMount())
                        .build())
                .toList();
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
                .map(configMap -> configMap.getName())
                .toList();
    }
}

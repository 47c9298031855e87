package dev.apiserversource.controller.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;

import java.util.List;

/**
 * A projected volume that all containers of a pod have.
 *
 * @param name of the volume
 * @param path where it is mounted, read-only
 * @param sources its files
 */
public record MountedVolume(String name, String path, List<VolumeProjection> sources) {

    /** A copy of {@code deployment} whose containers and init containers have the volume. */
    public Deployment addTo(Deployment deployment) {
        return new DeploymentBuilder(deployment)
                .editSpec()
                .editTemplate()
                .withSpec(addTo(deployment.getSpec().getTemplate().getSpec()))
                .endTemplate()
                .endSpec()
                .build();
    }

    /** A copy of {@code pod} whose containers and init containers have the volume, and no other of that name. */
    public PodSpec addTo(PodSpec pod) {
        return new PodSpecBuilder(pod)
                .removeMatchingFromVolumes(volume -> name.equals(volume.getName()))
                .addToVolumes(volume())
                .withContainers(mount(pod.getContainers()))
                .withInitContainers(mount(pod.getInitContainers()))
                .build();
    }

    private List<Container> mount(List<Container> containers) {
        return containers.stream()
                .map(container -> new ContainerBuilder(container)
                        .removeMatchingFromVolumeMounts(mount -> name.equals(mount.getName()))
                        .addToVolumeMounts(volumeMount())
                        .build())
                .toList();
    }

    /** The volume of the pod. */
    public Volume volume() {
        return new VolumeBuilder()
                .withName(name)
                .withNewProjected()
                .withSources(sources)
                .endProjected()
                .build();
    }

    /** Where a container has it. */
    public VolumeMount volumeMount() {
        return new VolumeMountBuilder()
                .withName(name)
                .withMountPath(path)
                .withReadOnly(true)
                .build();
    }
}

package dev.apiserversource.controller.trust;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class BundleVolumeTest {

    private static final PodSpec POD = new PodSpecBuilder()
            .addNewVolume()
            .withName("own")
            .endVolume()
            .withContainers(container("a"), container("b"))
            .withInitContainers(container("init"))
            .build();

    private static Container container(String name) {
        return new ContainerBuilder()
                .withName(name)
                .addNewVolumeMount()
                .withName("own")
                .withMountPath("/own")
                .endVolumeMount()
                .build();
    }

    @Test
    void everyContainerHasTheVolume() {
        PodSpec pod = with("one", "two");
        assertThat(pod.getVolumes()).extracting(Volume::getName).containsExactly("own", BundleVolume.NAME);
        assertThat(pod.getContainers()).hasSize(2).allSatisfy(BundleVolumeTest::assertMounted);
        assertThat(pod.getInitContainers()).hasSize(1).allSatisfy(BundleVolumeTest::assertMounted);
    }

    private static void assertMounted(Container container) {
        assertThat(container.getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .containsExactly("/own", "/knative-custom-certs");
    }

    @Test
    void volumeIsReplacedAndNotRepeated() {
        Deployment once = deployment(with("one"));
        assertThat(BundleVolume.addTo(once, List.of("one"))).isEqualTo(once);
    }

    @Test
    void withoutBundlesThePodIsAsItWas() {
        assertThat(BundleVolume.addTo(deployment(POD), List.of())).isEqualTo(deployment(POD));
    }

    @Test
    void mountedConfigMapsAreRead() {
        assertThat(BundleVolume.mounted(Optional.of(deployment(POD)))).isEmpty();
        assertThat(BundleVolume.mounted(Optional.of(deployment(with("one", "two")))))
                .containsExactly("one", "two");
        assertThat(BundleVolume.mounted(Optional.empty())).isEmpty();
    }

    private static PodSpec with(String... configMaps) {
        return BundleVolume.of(List.of(configMaps)).orElseThrow().addTo(POD);
    }

    private static Deployment deployment(PodSpec pod) {
        return new DeploymentBuilder()
                .withNewSpec()
                .withNewTemplate()
                .withSpec(pod)
                .endTemplate()
                .endSpec()
                .build();
    }
}

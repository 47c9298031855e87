package dev.apiserversource.samples.samplesource.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.time.Duration;

/** The controller as a program, until SIGTERM. */
public final class SampleSourceMain {

    private static final Logger log = LoggerFactory.getLogger(SampleSourceMain.class);
    private static final String IMAGE = "SAMPLE_SOURCE_RA_IMAGE";

    private SampleSourceMain() {}

    /** Takes no arguments; the environment names the image of the adapter. */
    public static void main(String[] args) {
        String image = System.getenv(IMAGE);
        if (image == null || image.isBlank()) {
            log.atError().log("{}: is not set; set it to the image of the adapter", IMAGE);
            System.exit(1);
        }
        // Vert.x creates a cache folder otherwise, and the root of the container is read-only.
        System.setProperty("vertx.disableFileCaching", "true");
        System.setProperty("vertx.disableFileCPResolving", "true");
        Operator operator = operator(new KubernetesClientBuilder().build(), image);
        operator.installShutdownHook(Duration.ofSeconds(10));
        operator.start();
    }

    /** An operator that reconciles the sources of all namespaces, and retries for as long as a failure lasts. */
    static Operator operator(KubernetesClient client, String image) {
        Operator operator = new Operator(o -> o.withKubernetesClient(client));
        operator.register(
                new SampleSourceReconciler(image, Clock.systemUTC()),
                o -> o.withRetry(new GenericRetry()
                        .withoutMaxAttempts()
                        .setInitialInterval(1_000)
                        .setMaxInterval(60_000)));
        return operator;
    }
}

package dev.apiserversource.controller;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.controller.ControllerRuntime.ExitCode;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Clock;
import java.util.List;

/** Starts the controller; exits with an {@link ExitCode}. */
public final class ControllerMain {

    private static final Logger LOG = LoggerFactory.getLogger(ControllerMain.class);

    private ControllerMain() {}

    /** Runs until SIGTERM. Takes no arguments; the configuration is in the environment. */
    public static void main(String[] args) {
        try {
            run(ControllerConfig.from(System.getenv()));
        } catch (EnvReader.InvalidConfigException e) {
            e.problems().forEach(problem -> LOG.atError().log("configuration: {}", problem));
            exit(ExitCode.BAD_CONFIG);
        } catch (KubernetesClientException e) {
            LOG.atError().log("API server not usable: {}", e.getMessage());
            exit(ExitCode.CLUSTER_NOT_READY);
        } catch (IOException e) {
            LOG.atError().log("port not opened, set PROBES_PORT and METRICS_PORT to free ones: {}", e.getMessage());
            exit(ExitCode.BAD_CONFIG);
        }
    }

    private static void run(ControllerConfig config) throws IOException {
        KubernetesClient client = client(Config.autoConfigure(null));
        ControllerRuntime runtime = new ControllerRuntime(config, client, Clock.systemUTC(), ControllerMain::exit);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(runtime, client), "stop"));
        List<String> problems = runtime.start();
        if (!problems.isEmpty()) {
            problems.forEach(problem -> LOG.atError().log("cluster: {}", problem));
            exit(ExitCode.CLUSTER_NOT_READY);
        }
    }

    /**
     * A client on Vert.x that does not scan the class path for model classes, which saves 300 ms and 30 MB. Service is
     * registered because fabric8 discovers no kinds of the core group, and informers on sinks name kinds; Status
     * because informers would take the 410 of a lost history for an unknown object, and watch from the same version for
     * ever. Vert.x creates a cache folder unless both features are off, and a read-only root has no folder to write to.
     */
    static KubernetesClient client(Config config) {
        System.setProperty("vertx.disableFileCaching", "true");
        System.setProperty("vertx.disableFileCPResolving", "true");
        KubernetesSerialization serialization = new KubernetesSerialization(new ObjectMapper(), false);
        serialization.registerKubernetesResource(Service.class);
        serialization.registerKubernetesResource(Status.class);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new VertxHttpClientFactory())
                .withHttpClientBuilderConsumer(
                        http -> http.addOrReplaceInterceptor("metadata-only", new MetadataOnly()))
                .withKubernetesSerialization(serialization)
                .build();
    }

    private static void stop(ControllerRuntime runtime, KubernetesClient client) {
        LOG.info("stopping");
        runtime.close();
        client.close();
    }

    /** Exits on a new thread, because the shutdown hook waits for the threads that call this. */
    private static void exit(ExitCode code) {
        LOG.atInfo().addKeyValue("code", code.value()).log("exiting: {}", code);
        new Thread(() -> System.exit(code.value()), "exit").start();
    }
}

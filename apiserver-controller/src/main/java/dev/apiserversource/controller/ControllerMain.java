package dev.apiserversource.controller;

import com.fasterxml.jackson.databind.ObjectMapper;
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

/** Starts the controller. Exit codes: {@link Exit}. */
public final class ControllerMain {

    private static final Logger LOG = LoggerFactory.getLogger(ControllerMain.class);

    private ControllerMain() {}

    /** Runs until SIGTERM; takes no arguments, all is in the environment. */
    public static void main(String[] args) {
        try {
            run(ControllerConfig.from(System.getenv()));
        } catch (InvalidConfigException e) {
            e.problems().forEach(problem -> LOG.atError().log("configuration: {}", problem));
            exit(Exit.BAD_CONFIG);
        } catch (KubernetesClientException e) {
            LOG.atError().log("the API server cannot be used: {}", e.getMessage());
            exit(Exit.CLUSTER_NOT_READY);
        } catch (IOException e) {
            LOG.atError()
                    .log("a port cannot be opened, set PROBES_PORT and METRICS_PORT to free ones: {}", e.getMessage());
            exit(Exit.BAD_CONFIG);
        }
    }

    private static void run(ControllerConfig config) throws IOException {
        KubernetesClient client = client(Config.autoConfigure(null));
        ControllerProcess process = new ControllerProcess(config, client, Clock.systemUTC(), ControllerMain::exit);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, client), "stop"));
        List<String> problems = process.start();
        if (!problems.isEmpty()) {
            problems.forEach(problem -> LOG.atError().log("cluster: {}", problem));
            exit(Exit.CLUSTER_NOT_READY);
        }
    }

    /** A client with the one HTTP stack, and without the scan of all model classes: none is needed but those named in code. */
    static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new VertxHttpClientFactory())
                .withKubernetesSerialization(new KubernetesSerialization(new ObjectMapper(), false))
                .build();
    }

    private static void stop(ControllerProcess process, KubernetesClient client) {
        LOG.info("stopping");
        process.close();
        client.close();
    }

    /** On a thread of its own, since the hooks that this runs wait for the threads that call it. */
    private static void exit(Exit exit) {
        LOG.atInfo().addKeyValue("code", exit.code()).log("ending: {}", exit);
        new Thread(() -> System.exit(exit.code()), "exit").start();
    }
}

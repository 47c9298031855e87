package dev.apiserversource.adapter;

import dev.apiserversource.adapter.config.AdapterConfig;
import dev.apiserversource.adapter.watch.StreamSettings;
import dev.apiserversource.frame.Logging;
import dev.apiserversource.frame.ProcessEnvironment;
import dev.apiserversource.frame.Signals;
import dev.apiserversource.frame.Termination;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.kube.ApiObjects;
import dev.apiserversource.frame.kube.KubeClients;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The receive adapter as a program. The one place that reads the environment and ends the process: 0 after a drain, 1 when the
 * configuration cannot be used or, with {@code failFast}, a watch cannot be opened, 3 when another process has taken over, 143 after a second signal.
 */
public final class AdapterMain {

    static final String USER_AGENT = "apiserversource-adapter/"
            + Optional.ofNullable(AdapterMain.class.getPackage().getImplementationVersion())
                    .orElse("dev");

    private static final Logger log = LoggerFactory.getLogger(AdapterMain.class);

    private AdapterMain() {}

    /** Runs until a signal; takes no arguments. */
    public static void main(String[] args) {
        Map<String, String> environment = ProcessEnvironment.read();
        Logging.configure(environment);
        try {
            run(AdapterConfig.from(environment));
        } catch (InvalidConfigException e) {
            e.problems().forEach(problem -> log.atError().log(problem));
            System.exit(1);
        }
    }

    private static void run(AdapterConfig config) {
        // The platform's resolver knows search domains and hosts files as every other program in the container does.
        System.setProperty("vertx.disableDnsResolver", "true");
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false)));
        RandomGenerator random = new SplittableRandom();
        KubernetesClient client = KubeClients.client(vertx, Config.autoConfigure(null), StreamSettings.IDLE_TIMEOUT);
        log.atInfo()
                .addKeyValue("source", config.namespace() + "/" + config.name())
                .addKeyValue("apiServer", ApiObjects.baseUrl(client))
                .addKeyValue("sink", config.delivery().sink().url())
                .addKeyValue("mode", config.mode().text())
                .log("starting");
        stopOnSignals(vertx);
        vertx.deployVerticle(new AdapterVerticle(config, client, registry(), random, new ProcessEnd()))
                .onFailure(failure -> new ProcessEnd().cannotWork(String.valueOf(failure.getMessage())));
    }

    private static PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        List.of(new JvmMemoryMetrics(), new JvmGcMetrics(), new ProcessorMetrics(), new UptimeMetrics())
                .forEach(metrics -> metrics.bindTo(registry));
        return registry;
    }

    private static void stopOnSignals(Vertx vertx) {
        Signals.onStop(
                () -> stop(vertx).onComplete(stopped -> Runtime.getRuntime().halt(0)),
                () -> Runtime.getRuntime().halt(143));
    }

    /**
     * Lets the verticles drain, then closes everything. Vert.x by itself would begin with the connections that belong to no verticle, such
     * as those to the API server, and the streams would find them cut.
     */
    static Future<Void> stop(Vertx vertx) {
        List<Future<Void>> drained =
                vertx.deploymentIDs().stream().map(vertx::undeploy).toList();
        return Future.join(drained).transform(done -> vertx.close());
    }

    /** Ends the process at once: what is held is not delivered, and nothing more is written. */
    private static final class ProcessEnd implements Termination {

        @Override
        public void cannotWork(String why) {
            log.atError().addKeyValue("detail", why).log("ending: the adapter cannot do its work");
            Runtime.getRuntime().halt(1);
        }

        @Override
        public void superseded(String why) {
            log.atError()
                    .addKeyValue("detail", why)
                    .log("ending: another process may have taken over, to be started again as a standby");
            Runtime.getRuntime().halt(3);
        }
    }
}

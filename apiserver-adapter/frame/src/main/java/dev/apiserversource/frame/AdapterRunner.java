package dev.apiserversource.frame;

import dev.apiserversource.frame.config.EnvReader;
import dev.apiserversource.frame.config.FrameConfig;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.config.ProcessEnvironment;
import dev.apiserversource.frame.delivery.SinkAddress;
import io.fabric8.kubernetes.client.Config;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Runs a source as a program: reads the environment, drains at SIGTERM or SIGINT, and ends the process with
 *
 * <pre>
 *   0    drained
 *   1    configuration invalid, or a fatal error
 *   10   leadership lost
 *   143  second signal while draining
 * </pre>
 *
 * The Java runtime itself uses 3, when memory is used up and {@code -XX:+ExitOnOutOfMemoryError} is set, and 134.
 *
 * <p>A source of one's own is a {@link SourceAdapter} and a main method. The first argument reads the variables of this
 * source; those that every source has are read by the frame, and the errors of both are reported at once.
 *
 * <pre>
 *   public static void main(String[] args) {
 *       AdapterRunner.run(env -&gt; env.duration("INTERVAL", Duration.ofSeconds(10)), MySource::new);
 *   }
 * </pre>
 */
public final class AdapterRunner {

    private static final int FATAL = 1;
    private static final int LEADERSHIP_LOST = 10;
    private static final int SECOND_SIGNAL = 143;

    private static final Logger log = LoggerFactory.getLogger(AdapterRunner.class);

    private AdapterRunner() {}

    /**
     * Reads the configuration of a source.
     *
     * @param <C> its type
     */
    @FunctionalInterface
    public interface ConfigReader<C> {

        /** Reads the environment; throws with all errors when it cannot be used. */
        C read(Map<String, String> environment) throws InvalidConfigException;
    }

    /**
     * Runs until a signal or a fatal error.
     *
     * @param settings reads the variables of this source. One that cannot be used is an error of the reader; the source
     *     is not made then
     * @param source makes the source, on its event loop
     */
    public static <S> void run(Function<EnvReader, S> settings, BiFunction<S, AdapterContext, SourceAdapter> source) {
        run(
                environment -> OwnConfig.read(environment, settings),
                OwnConfig::frame,
                (config, context) -> source.apply(config.own(), context));
    }

    /** The settings of every source and those of one. */
    private record OwnConfig<S>(FrameConfig frame, S own) {

        static <S> OwnConfig<S> read(Map<String, String> environment, Function<EnvReader, S> settings)
                throws InvalidConfigException {
            EnvReader env = new EnvReader(environment);
            OwnConfig<S> config = new OwnConfig<>(FrameConfig.from(env), settings.apply(env));
            env.errors().throwIfAny();
            return config;
        }
    }

    /**
     * As {@link #run(Function, BiFunction)}, for a source whose configuration decides about the frame's: one that has
     * no {@code K_SINK}, or a DeliverySpec from elsewhere.
     *
     * @param reader reads the source's configuration from the environment
     * @param frame the part of it that every source has
     * @param source makes the source, on its event loop
     */
    public static <C> void run(
            ConfigReader<C> reader,
            Function<C, FrameConfig> frame,
            BiFunction<C, AdapterContext, SourceAdapter> source) {
        Map<String, String> environment = ProcessEnvironment.read();
        Logging.configure(environment);
        AotCache.check();
        try {
            C config = reader.read(environment);
            deploy(frame.apply(config), context -> source.apply(config, context));
        } catch (InvalidConfigException invalid) {
            invalid.errors().forEach(error -> log.atError().log(error));
            System.exit(FATAL);
        }
    }

    private static void deploy(FrameConfig config, Function<AdapterContext, SourceAdapter> factory) {
        Vertx vertx = vertx();
        Config kubernetes = Config.autoConfigure(null);
        log.atInfo()
                .addKeyValue("source", config.namespace() + "/" + config.name())
                .addKeyValue("apiServer", kubernetes.getMasterUrl())
                .addKeyValue("sink", sink(config.delivery().sink()))
                .log("starting");
        Signals.onStop(
                () -> AdapterVerticle.drainAndClose(vertx).onComplete(drained -> exit(0)), () -> exit(SECOND_SIGNAL));
        Termination termination = new Exit();
        vertx.deployVerticle(new AdapterVerticle(
                        config, factory, kubernetes, registry(), new SplittableRandom(), termination))
                .onFailure(failure -> termination.fatal(String.valueOf(failure.getMessage())));
    }

    private static String sink(SinkAddress address) {
        return address.equals(SinkAddress.NONE) ? "of each source" : withoutUserInfo(address.url());
    }

    /** The URL without user and password, for logs. */
    static String withoutUserInfo(URI url) {
        String userInfo = url.getRawUserInfo();
        return userInfo == null ? url.toString() : url.toString().replace(userInfo + "@", "");
    }

    private static Vertx vertx() {
        // The platform's resolver reads search domains and hosts files like every other program in the container.
        System.setProperty("vertx.disableDnsResolver", "true");
        // Vert.x creates a cache folder otherwise. A container with a read-only root has no folder to write to.
        FileSystemOptions withoutCache =
                new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
        return Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setFileSystemOptions(withoutCache));
    }

    static PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        List.of(new JvmMemoryMetrics(), new JvmGcMetrics(), new ProcessorMetrics(), new UptimeMetrics())
                .forEach(metrics -> metrics.bindTo(registry));
        return registry;
    }

    private static void exit(int status) {
        Runtime.getRuntime().halt(status);
    }

    private static final class Exit implements Termination {

        @Override
        public void fatal(String why) {
            log.atError().addKeyValue("detail", why).log("exiting: fatal error");
            exit(FATAL);
        }

        @Override
        public void leadershipLost(String why) {
            log.atError().addKeyValue("detail", why).log("exiting: leadership lost");
            exit(LEADERSHIP_LOST);
        }
    }
}

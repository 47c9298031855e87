package dev.apiserversource.frame;

import dev.apiserversource.frame.AdapterContext.ProcessResources;
import dev.apiserversource.frame.config.EnvReader;
import dev.apiserversource.frame.config.FrameConfig;
import dev.apiserversource.frame.config.InvalidConfigException;
import dev.apiserversource.frame.delivery.Dispatcher;
import dev.apiserversource.frame.delivery.Sink;
import dev.apiserversource.frame.leader.Fence;
import dev.apiserversource.frame.time.Timers;
import io.fabric8.kubernetes.client.Config;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** What the frame gives to a source, without a process: the test moves the clock and is the sink. */
public final class SimulatedContext {

    private SimulatedContext() {}

    /**
     * A context whose events go to {@code sink}, with the bounds of the environment.
     *
     * @param environment more variables than name, namespace and sink, which are set
     * @throws IllegalArgumentException with all errors, when a variable cannot be used
     */
    public static AdapterContext of(Map<String, String> environment, Timers time, Sink sink) {
        FrameConfig config = config(environment);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        return new AdapterContext(
                config,
                new ProcessResources(Vertx.vertx(), time, new SplittableRandom(1), registry),
                Config.empty(),
                new Dispatcher(sink, config.delivery(), time, registry),
                settings -> {
                    throw new UnsupportedOperationException("the sink of the test is the only one");
                },
                Fence.NONE,
                why -> {
                    throw new AssertionError(why);
                });
    }

    private static FrameConfig config(Map<String, String> environment) {
        Map<String, String> all =
                new HashMap<>(Map.of("NAME", "mine", "NAMESPACE", "default", "K_SINK", "http://sink"));
        all.putAll(environment);
        EnvReader env = new EnvReader(all);
        FrameConfig config = FrameConfig.from(env);
        try {
            env.errors().throwIfAny();
        } catch (InvalidConfigException invalid) {
            throw new IllegalArgumentException(invalid);
        }
        return config;
    }
}

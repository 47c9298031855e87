package dev.apiserversource.samples.samplesource.adapter;

import dev.apiserversource.frame.AdapterContext;
import dev.apiserversource.frame.AdapterRunner;
import dev.apiserversource.frame.SourceAdapter;
import dev.apiserversource.frame.config.GoDuration;
import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

/** Sends an event every {@code INTERVAL}. */
public final class SampleAdapter implements SourceAdapter {

    private final Duration interval;
    private final AdapterContext context;
    private Timers.Timer next = () -> {};
    private int sequence;

    SampleAdapter(Duration interval, AdapterContext context) {
        this.interval = interval;
        this.context = context;
    }

    /** Takes no arguments; the configuration is in the environment. */
    public static void main(String[] args) {
        AdapterRunner.run(env -> env.duration("INTERVAL", Duration.ofSeconds(10)), SampleAdapter::new);
    }

    @Override
    public void start() {
        // While the sink takes no events, the next one waits here and not in memory.
        next = context.process().timers().after(interval, () -> context.dispatcher()
                .whenCapacity(this::send));
    }

    private void send() {
        context.dispatch(event());
        start();
    }

    private CloudEvent event() {
        String data = "{\"sequence\":%d,\"heartbeat\":\"%s\"}".formatted(sequence++, GoDuration.format(interval));
        return CloudEventBuilder.v1()
                .withId(UUID.randomUUID().toString())
                .withType("dev.knative.sample")
                .withSource(URI.create("sample.knative.dev/heartbeat-source"))
                .withData("application/json", data.getBytes(StandardCharsets.UTF_8))
                .build();
    }

    @Override
    public void drain() {
        next.cancel();
    }
}

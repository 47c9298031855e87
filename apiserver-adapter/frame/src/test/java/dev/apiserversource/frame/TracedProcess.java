package dev.apiserversource.frame;

import io.cloudevents.core.builder.CloudEventBuilder;

import java.net.URI;

/** The program of {@link TracingProcessTest}: a source that makes one event. */
final class TracedProcess implements SourceAdapter {

    private final AdapterContext context;

    private TracedProcess(AdapterContext context) {
        this.context = context;
    }

    public static void main(String[] args) {
        AdapterRunner.run(env -> "", (none, context) -> new TracedProcess(context));
    }

    @Override
    public void start() {
        context.dispatch(CloudEventBuilder.v1()
                .withId("1")
                .withType("made")
                .withSource(URI.create("/source"))
                .build());
    }

    @Override
    public void drain() {}
}

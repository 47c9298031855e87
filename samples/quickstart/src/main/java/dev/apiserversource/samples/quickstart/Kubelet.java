package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Scheduler and kubelet of a node that is not there: every pod that appears is taken through its life, with the Event objects
 * and the status that go with it. Containers of the image busybox end as {@link Busybox} says, all others run on. Nothing
 * is ever restarted.
 */
final class Kubelet implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Kubelet.class);
    private static final String NODE = "quickstart";
    private static final int NOT_FOUND = 404;

    private final KubernetesClient client;
    private final ContainerLogs logs;
    private final Clock clock;
    private final EventRecorder recorder;
    private final Busybox busybox;
    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "kubelet"));
    private final SharedIndexInformer<Pod> pods;

    /** Begins with the pods of all namespaces that exist already. */
    Kubelet(KubernetesClient client, ContainerLogs logs, Clock clock) {
        this.client = client;
        this.logs = logs;
        this.clock = clock;
        this.recorder = new EventRecorder(client, clock, NODE);
        this.busybox = new Busybox(clock);
        this.pods = client.pods().inAnyNamespace().inform(new PodHandler());
    }

    @Override
    public void close() {
        pods.close();
        worker.shutdownNow();
    }

    private void run(Pod pod) {
        String name = pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
        recorder.record(pod, Occurrence.scheduled(name, NODE));
        pod.getSpec().getContainers().forEach(container -> start(pod, container));
        Instant started = clock.instant();
        patchStatus(pod, PodStatuses.running(pod, started));
        runContainers(pod, started);
    }

    private void start(Pod pod, Container container) {
        Stream.of(
                        Occurrence.pulling(container.getName(), container.getImage()),
                        Occurrence.pulled(container.getName(), container.getImage()),
                        Occurrence.created(container.getName()),
                        Occurrence.started(container.getName()))
                .forEach(occurrence -> recorder.record(pod, occurrence));
    }

    private void runContainers(Pod pod, Instant started) {
        Map<String, Busybox.Outcome> outcomes = new HashMap<>();
        for (Container container : pod.getSpec().getContainers()) {
            if (Busybox.isImage(container.getImage())) {
                outcomes.put(container.getName(), busybox.run(words(container)));
            }
        }
        outcomes.values().forEach(outcome -> logs.append(pod, outcome.lines(), false));
        if (outcomes.size() == pod.getSpec().getContainers().size()) {
            Duration longest = outcomes.values().stream()
                    .map(Busybox.Outcome::duration)
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO);
            later(longest, pod, () -> end(pod, started, outcomes));
        }
    }

    private void end(Pod pod, Instant started, Map<String, Busybox.Outcome> outcomes) {
        logs.append(pod, List.of(), true);
        patchStatus(pod, PodStatuses.ended(pod, started, clock.instant(), container -> {
            Busybox.Outcome outcome = outcomes.get(container.getName());
            return outcome == null ? 0 : outcome.exitCode();
        }));
    }

    private void stop(Pod pod) {
        logs.forget(pod);
        for (Container container : pod.getSpec().getContainers()) {
            recorder.record(pod, Occurrence.killing(container.getName()));
        }
    }

    private void patchStatus(Pod pod, PodStatus status) {
        client.pods()
                .resource(pod)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        client.getKubernetesSerialization().asJson(Map.of("status", status)));
    }

    private void later(Duration delay, Pod pod, Runnable step) {
        // What goes wrong in a step is told there.
        Future<?> unused = worker.schedule(() -> attempt(pod, step), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void attempt(Pod pod, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            if (!isGone(e)) {
                log.atWarn()
                        .addKeyValue("pod", pod.getMetadata().getName())
                        .setCause(e)
                        .log("a pod's life broke off");
            }
        }
    }

    private static boolean isGone(RuntimeException problem) {
        return problem instanceof KubernetesClientException refused && refused.getCode() == NOT_FOUND;
    }

    private static List<String> words(Container container) {
        return Stream.concat(container.getCommand().stream(), container.getArgs().stream())
                .toList();
    }

    private static boolean isNew(Pod pod) {
        @Nullable PodStatus status = pod.getStatus();
        return status == null || status.getPhase() == null || status.getPhase().equals("Pending");
    }

    /** Hands what is told on the informer's thread over to the worker's. */
    private final class PodHandler implements ResourceEventHandler<Pod> {

        @Override
        public void onAdd(Pod pod) {
            if (isNew(pod)) {
                later(Duration.ZERO, pod, () -> run(pod));
            }
        }

        @Override
        public void onUpdate(Pod before, Pod now) {
            // Whatever is changed on it, a pod goes on as it began.
        }

        @Override
        public void onDelete(Pod pod, boolean lastStateUnknown) {
            later(Duration.ZERO, pod, () -> stop(pod));
        }
    }
}

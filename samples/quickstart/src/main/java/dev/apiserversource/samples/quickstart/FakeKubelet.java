package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.embedded.kubectl.PodLogs;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Scheduler and kubelet of a node that does not exist: writes the Event objects, status and logs of pods. Containers of
 * the image busybox exit as {@link Busybox} computes, others run until the pod is deleted. Nothing is executed, and no
 * container is restarted.
 */
final class FakeKubelet implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(FakeKubelet.class);
    private static final String NODE = "quickstart";
    private static final int NOT_FOUND = 404;

    private final KubernetesClient client;
    private final Logs logs;
    private final Clock clock;
    private final EventRecorder recorder;
    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "kubelet"));
    private final SharedIndexInformer<Pod> pods;

    /** Runs the pods of all namespaces, starting with those that exist. */
    FakeKubelet(KubernetesClient client, Logs logs, Clock clock) {
        this.client = client;
        this.logs = logs;
        this.clock = clock;
        this.recorder = new EventRecorder(client, clock, NODE);
        this.pods = client.pods().inAnyNamespace().inform(new PodHandler());
    }

    @Override
    public void close() {
        pods.close();
        worker.shutdownNow();
    }

    private void run(Pod pod) {
        recorder.scheduled(pod);
        pod.getSpec().getContainers().forEach(container -> start(pod, container));
        Instant started = clock.instant();
        patchStatus(pod, PodStatuses.running(pod, started));
        runContainers(pod, started);
    }

    private void start(Pod pod, Container container) {
        String name = container.getName();
        String image = "image \"" + container.getImage() + "\"";
        recorder.record(pod, container, "Pulling", "Pulling " + image);
        recorder.record(pod, container, "Pulled", "Successfully pulled " + image);
        recorder.record(pod, container, "Created", "Created container " + name);
        recorder.record(pod, container, "Started", "Started container " + name);
    }

    private void runContainers(Pod pod, Instant started) {
        Map<String, Busybox.Outcome> outcomes = new HashMap<>();
        for (Container container : pod.getSpec().getContainers()) {
            if (Busybox.isImage(container.getImage())) {
                outcomes.put(container.getName(), Busybox.run(commandLine(container)));
            }
        }
        logs.put(pod, outcomes.values(), false);
        if (outcomes.size() == pod.getSpec().getContainers().size()) {
            Duration longest = outcomes.values().stream()
                    .map(Busybox.Outcome::duration)
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO);
            execute(longest, pod, () -> complete(pod, started, outcomes));
        }
    }

    private void complete(Pod pod, Instant started, Map<String, Busybox.Outcome> outcomes) {
        logs.put(pod, outcomes.values(), true);
        PodStatus status = PodStatuses.terminated(
                pod, started, clock.instant(), container -> Objects.requireNonNull(outcomes.get(container.getName()))
                        .exitCode());
        patchStatus(pod, status);
    }

    private void delete(Pod pod) {
        logs.remove(pod);
        for (Container container : pod.getSpec().getContainers()) {
            recorder.record(pod, container, "Killing", "Stopping container " + container.getName());
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

    private void execute(Duration delay, Pod pod, Runnable step) {
        Future<?> unused = worker.schedule(() -> attempt(pod, step), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void attempt(Pod pod, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            boolean deleted = e instanceof KubernetesClientException failure && failure.getCode() == NOT_FOUND;
            if (!deleted) {
                log.atWarn()
                        .addKeyValue("pod", pod.getMetadata().getName())
                        .setCause(e)
                        .log("pod cannot be run");
            }
        }
    }

    private static List<String> commandLine(Container container) {
        return Stream.concat(container.getCommand().stream(), container.getArgs().stream())
                .toList();
    }

    private static boolean isPending(Pod pod) {
        return pod.getStatus() == null
                || pod.getStatus().getPhase() == null
                || pod.getStatus().getPhase().equals("Pending");
    }

    /** The logs of the pods that exist, for {@code kubectl logs}. */
    static final class Logs implements PodLogs {

        private final Map<String, Log> logs = new ConcurrentHashMap<>();

        @Override
        public Optional<Log> find(String namespace, String pod) {
            return Optional.ofNullable(logs.get(namespace + "/" + pod));
        }

        private void put(Pod pod, Iterable<Busybox.Outcome> outcomes, boolean complete) {
            List<String> lines = new ArrayList<>();
            outcomes.forEach(outcome -> lines.addAll(outcome.lines()));
            logs.put(key(pod), new Log(lines, complete));
        }

        private void remove(Pod pod) {
            logs.remove(key(pod));
        }

        private static String key(Pod pod) {
            return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
        }
    }

    /** Passes changes from the informer's thread to the worker. */
    private final class PodHandler implements ResourceEventHandler<Pod> {

        @Override
        public void onAdd(Pod pod) {
            if (isPending(pod)) {
                execute(Duration.ZERO, pod, () -> run(pod));
            }
        }

        @Override
        public void onUpdate(Pod before, Pod now) {
            // The containers of a running pod do not change.
        }

        @Override
        public void onDelete(Pod pod, boolean lastStateUnknown) {
            execute(Duration.ZERO, pod, () -> delete(pod));
        }
    }
}

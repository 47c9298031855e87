package dev.apiserversource.samples.quickstart;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Creates a Job for each CronJob at a fixed period, whatever its schedule, and runs it as one process without a pod. A
 * Job that fails is not retried. Images that are not known are left alone.
 */
final class CronJobRunner implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CronJobRunner.class);
    private static final Duration GRACE_PERIOD = Duration.ofSeconds(5);
    /** Of each CronJob, so that a long demo does not fill the memory. */
    private static final int KEPT_JOBS = 3;

    private final KubernetesClient client;
    private final Console console;
    private final Images images;
    private final Path kubeconfig;
    private final Map<String, ChildProcess> running = new ConcurrentHashMap<>();
    /** By the UID of the CronJob; used by the worker only. */
    private final Map<String, Integer> lastNumbers = new HashMap<>();

    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "cron-jobs"));

    /**
     * Runs the CronJobs of all namespaces.
     *
     * @param images the programs
     * @param kubeconfig used by a program instead of the token of its ServiceAccount
     * @param period from one Job of a CronJob to the next
     */
    CronJobRunner(KubernetesClient client, Console console, Images images, Path kubeconfig, Duration period) {
        this.client = client;
        this.console = console;
        this.images = images;
        this.kubeconfig = kubeconfig;
        Future<?> unused = worker.scheduleWithFixedDelay(
                this::runAll, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        worker.shutdownNow();
        running.values().forEach(process -> process.stop(GRACE_PERIOD));
    }

    private void runAll() {
        try {
            client.batch().v1().cronjobs().inAnyNamespace().list().getItems().stream()
                    .filter(cronJob -> !Boolean.TRUE.equals(cronJob.getSpec().getSuspend()))
                    .forEach(this::run);
        } catch (RuntimeException e) {
            // Closing interrupts a request that is under way.
            if (!worker.isShutdown()) {
                log.atWarn().setCause(e).log("CronJobs cannot be run");
            }
        }
    }

    private void run(CronJob cronJob) {
        Container container = cronJob.getSpec()
                .getJobTemplate()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0);
        images.command(container).ifPresent(command -> {
            deleteOldJobs(cronJob);
            start(client.resource(job(cronJob)).create(), container, command);
        });
    }

    private Job job(CronJob cronJob) {
        int number = lastNumbers.merge(cronJob.getMetadata().getUid(), 1, Integer::sum);
        return new JobBuilder()
                .withMetadata(cronJob.getSpec().getJobTemplate().getMetadata())
                .editOrNewMetadata()
                .withNamespace(cronJob.getMetadata().getNamespace())
                .withName(cronJob.getMetadata().getName() + "-" + number)
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(cronJob.getApiVersion())
                        .withKind(cronJob.getKind())
                        .withName(cronJob.getMetadata().getName())
                        .withUid(cronJob.getMetadata().getUid())
                        .withController(true)
                        .build())
                .endMetadata()
                .withSpec(cronJob.getSpec().getJobTemplate().getSpec())
                .build();
    }

    private void deleteOldJobs(CronJob cronJob) {
        List<Job> ended =
                client.batch().v1().jobs().inNamespace(cronJob.getMetadata().getNamespace()).list().getItems().stream()
                        .filter(job -> isOwnedBy(job, cronJob) && !running.containsKey(uid(job)))
                        .sorted(Comparator.comparing(CronJobRunner::version).reversed())
                        .toList();
        ended.stream().skip(KEPT_JOBS - 1).forEach(job -> client.resource(job).delete());
    }

    private static boolean isOwnedBy(Job job, CronJob cronJob) {
        return job.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getUid().equals(uid(cronJob)));
    }

    private static long version(Job job) {
        return Long.parseLong(job.getMetadata().getResourceVersion());
    }

    private static String uid(HasMetadata object) {
        return object.getMetadata().getUid();
    }

    private void start(Job job, Container container, List<String> command) {
        String name = job.getMetadata().getName();
        Map<String, String> environment =
                ContainerEnvironment.of(container, job.getMetadata().getNamespace(), name, kubeconfig);
        Queue<String> errors = new ConcurrentLinkedQueue<>();
        ChildProcess process = ChildProcess.start(command, environment, output -> {}, errors::add);
        running.put(uid(job), process);
        Future<?> unused = process.exit().thenAccept(exitCode -> {
            running.remove(uid(job));
            console.progress("job", name + (exitCode == 0 ? " completed" : failure(exitCode, String.join("", errors))));
            report(job, exitCode);
        });
    }

    private static String failure(int exitCode, String errors) {
        return " failed with exit code " + exitCode + ": " + errors.strip();
    }

    private void report(Job job, int exitCode) {
        boolean complete = exitCode == 0;
        JobStatus status = new JobStatusBuilder()
                .withSucceeded(complete ? 1 : 0)
                .withFailed(complete ? 0 : 1)
                .addNewCondition()
                .withType(complete ? "Complete" : "Failed")
                .withStatus("True")
                .endCondition()
                .build();
        client.resource(job)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        client.getKubernetesSerialization().asJson(Map.of("status", status)));
    }
}

package dev.apiserversource.samples.quickstart;

import dev.apiserversource.samples.embedded.kubectl.PodLogs;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import static org.assertj.core.api.Assertions.assertThat;

class CronJobRunnerTest {

    private static final Duration PERIOD = Duration.ofMillis(50);

    private final CloseableStack started = new CloseableStack();
    private final TestConsole console = new TestConsole();
    private final TestApiServer server = started.add(new TestApiServer(PodLogs.NONE));
    private final KubernetesClient client = server.client();

    @AfterEach
    void close() {
        started.close();
    }

    private void run(String script) {
        Images images = new Images(Map.of("heartbeats", List.of("/bin/sh", "-c", script)));
        started.add(new CronJobRunner(client, console.console(), images, Path.of("kubeconfig"), PERIOD));
    }

    private void create(String name, String image, boolean suspended) {
        client.resource(new CronJobBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withSchedule("0 0 1 1 *")
                        .withSuspend(suspended)
                        .withNewJobTemplate()
                        .withNewMetadata()
                        .addToLabels("app", name)
                        .endMetadata()
                        .withNewSpec()
                        .withNewTemplate()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("beat")
                        .withImage(image)
                        .withEnv(new EnvVar("K_SINK", "http://sink", null))
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .endJobTemplate()
                        .endSpec()
                        .build())
                .create();
    }

    private Job await(Predicate<Job> condition) {
        List<Job> jobs = client.batch()
                .v1()
                .jobs()
                .informOnCondition(found -> found.stream().anyMatch(condition))
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        return jobs.stream().filter(condition).findFirst().orElseThrow();
    }

    private static boolean has(Job job, String condition) {
        return job.getStatus() != null
                && job.getStatus().getConditions().stream()
                        .anyMatch(found -> found.getType().equals(condition));
    }

    @Test
    void runsAJobWithTheVariablesOfItsContainerWhateverTheSchedule() throws Exception {
        create("beats", "ghcr.io/apiserversource/heartbeats:0.1.0", false);
        run("echo chatter >&2; test \"$K_SINK\" = http://sink");

        Job complete = await(job -> has(job, "Complete"));
        console.await("beats-1 completed");
        assertThat(console.shown()).doesNotContain("chatter");
        assertThat(complete.getStatus().getSucceeded()).isEqualTo(1);
        assertThat(complete.getMetadata().getLabels()).containsEntry("app", "beats");
        assertThat(complete.getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getKind()).isEqualTo("CronJob"));
    }

    @Test
    void showsWhyAJobHasFailed() throws Exception {
        create("beats", "heartbeats", false);
        run("echo no sink >&2; exit 1");

        assertThat(await(job -> has(job, "Failed")).getStatus().getFailed()).isEqualTo(1);
        console.await("beats-1 failed with exit code 1: no sink");
    }

    @Test
    void keepsFewJobs() throws Exception {
        create("beats", "heartbeats", false);
        run("exit 0");

        console.await("beats-8 completed");
        assertThat(client.batch().v1().jobs().list().getItems()).hasSizeLessThan(6);
    }

    @Test
    void leavesSuspendedCronJobsAndOtherImagesAlone() throws Exception {
        create("suspended", "heartbeats", true);
        create("unknown", "nginx", false);
        create("beats", "heartbeats", false);
        run("exit 0");

        console.await("beats-2 completed");
        assertThat(client.batch().v1().jobs().list().getItems())
                .extracting(job -> job.getMetadata().getName())
                .allMatch(name -> name.startsWith("beats-"));
    }
}

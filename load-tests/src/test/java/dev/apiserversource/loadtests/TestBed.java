package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterLaunch;
import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.AdapterSourceConfig;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneExtension;
import dev.apiserversource.loadtests.cluster.TestServiceAccount;
import dev.apiserversource.loadtests.sink.RecordedEvent;
import dev.apiserversource.loadtests.sink.RecordingSink;
import dev.apiserversource.loadtests.verify.GroundTruth;
import dev.apiserversource.loadtests.verify.GroundTruth.Verdict;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import static org.assertj.core.api.Assertions.assertThat;

/** One test's namespace, ServiceAccount and sink on a control plane, and the adapters it starts. */
public final class TestBed implements AutoCloseable {

    /** Limit for an adapter to become ready, and for an event to arrive, on a very busy machine. */
    public static final Duration TIMEOUT = Duration.ofMinutes(1);

    /** Limit for the recovery from a fault on a very busy machine. */
    public static final Duration RECOVERY = Duration.ofSeconds(90);

    private final List<AdapterProcess> adapters = new CopyOnWriteArrayList<>();
    private final ControlPlane plane;
    private final String namespace;
    private final TestServiceAccount account;
    private final RecordingSink sink = RecordingSink.start();

    /** A test bed whose account has no rights yet. */
    public TestBed(ControlPlane plane) {
        this.plane = plane;
        this.namespace = plane.createNamespace("test");
        this.account = plane.createServiceAccount(namespace, "adapter");
    }

    /** A test bed whose account may watch the ConfigMaps of its namespace. */
    public static TestBed forConfigMaps(ControlPlane plane) {
        TestBed bed = new TestBed(plane);
        bed.account.grantWatchIn(bed.namespace, "", "configmaps");
        return bed;
    }

    /** A wait that polls often enough for a short test; its limit is {@link #TIMEOUT} unless another is set. */
    public static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(TIMEOUT).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(20));
    }

    /** Prints a measurement, so that a run can be compared with those in {@code results/}. */
    public static void printResult(String scenario, String format, Object... values) {
        System.out.println("RESULT " + scenario + ": " + String.format(Locale.ROOT, format, values));
    }

    /** The control plane. */
    public ControlPlane plane() {
        return plane;
    }

    /** The administrator's client. */
    public KubernetesClient client() {
        return plane.client();
    }

    /** The namespace of this test bed alone. */
    public String namespace() {
        return namespace;
    }

    /** The account that the adapters run as. */
    public TestServiceAccount account() {
        return account;
    }

    /** The sink of the adapters. */
    public RecordingSink sink() {
        return sink;
    }

    /** A source of the ConfigMaps of this namespace. */
    public AdapterSourceConfig configMaps() {
        return AdapterSourceConfig.ofResources().in(namespace).watch("", "v1", "configmaps");
    }

    /** Starts an adapter. */
    public AdapterProcess launch(AdapterSourceConfig config) {
        return launch(config, launch -> launch);
    }

    /** Starts an adapter with changes to the usual launch. */
    public AdapterProcess launch(AdapterSourceConfig config, UnaryOperator<AdapterLaunch> changes) {
        return start(changes.apply(AdapterLaunch.of(config, account.kubeconfig(), sink.url())));
    }

    /** Starts an adapter and waits until it is ready. */
    public AdapterProcess launchReady(AdapterSourceConfig config) {
        return launch(config).awaitReady(TIMEOUT);
    }

    /** Starts an adapter as in a pod: with its JVM options, so in its memory. */
    public AdapterProcess launchInPod(AdapterSourceConfig config) {
        try {
            Path token = Files.writeString(plane.createFile("token"), account.token());
            return start(AdapterLaunch.inPod(config, plane.url(), plane.certificate(), token, sink.url()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts an adapter. */
    public AdapterProcess start(AdapterLaunch launch) {
        AdapterProcess adapter = AdapterProcess.start(launch, ControlPlaneExtension.folder());
        adapters.add(adapter);
        return adapter;
    }

    /** Kills all adapters started so far. */
    public void killAdapters() {
        adapters.forEach(AdapterProcess::close);
        adapters.clear();
    }

    /** Waits for the event of a ConfigMap of this namespace. */
    public RecordedEvent awaitConfigMap(String verb, String name) {
        return awaitEvent(verb, "/apis/v1/namespaces/" + namespace + "/configmaps/" + name);
    }

    /** Waits for an event. */
    public RecordedEvent awaitEvent(String verb, String subject) {
        return sink.await(
                verb + " of " + subject,
                event -> event.verb().equals(verb) && event.subject().equals(subject),
                TIMEOUT);
    }

    /** Asserts that the sink receives every change in order and nothing else, and that no guarantee was violated. */
    public void assertEveryChange(GroundTruth truth, Duration limit) {
        assertFlawless(() -> truth.everyChange(sink.taken()), limit);
    }

    /** Asserts that the sink receives the final state of each object, and that no guarantee was violated. */
    public void assertFinalStates(GroundTruth truth, Duration limit) {
        assertFlawless(() -> truth.finalStates(sink.taken()), limit);
    }

    private void assertFlawless(Supplier<Verdict> verdict, Duration limit) {
        await("nothing is lost")
                .atMost(limit)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(verdict.get().lost()).isEmpty());
        assertThat(verdict.get()).matches(Verdict::flawless, "flawless");
        assertThat(sink.violations()).isEmpty();
    }

    @Override
    public void close() {
        killAdapters();
        sink.close();
    }
}

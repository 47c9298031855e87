package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.Launch;
import dev.apiserversource.loadtests.adapter.SourceConfig;
import dev.apiserversource.loadtests.cluster.Account;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.sink.ReceivedEvent;
import dev.apiserversource.loadtests.sink.RecordingSink;
import io.fabric8.kubernetes.client.KubernetesClient;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** One test's set-up: a namespace and an account of its own on the control plane, a sink, and the adapters it starts. */
public final class Rig implements AutoCloseable {

    /** How long the adapter may take to be ready, and an event to come, on a busy machine. */
    public static final Patience PATIENCE = Patience.ofSeconds(30);

    private final List<AdapterProcess> adapters = new ArrayList<>();
    private final ControlPlane plane;
    private final String namespace;
    private final Account account;
    private final RecordingSink sink = RecordingSink.start();

    /** A rig whose account may do nothing yet. */
    public Rig(ControlPlane plane) {
        this.plane = plane;
        this.namespace = plane.newNamespace("test");
        this.account = plane.newAccount(namespace, "adapter");
    }

    /** A rig whose account may watch the ConfigMaps of its namespace. */
    public static Rig forConfigMaps(ControlPlane plane) {
        Rig rig = new Rig(plane);
        rig.account.mayWatchIn(rig.namespace, "", "configmaps");
        return rig;
    }

    /** The control plane. */
    public ControlPlane plane() {
        return plane;
    }

    /** The administrator's client. */
    public KubernetesClient client() {
        return plane.client();
    }

    /** The namespace of this rig alone. */
    public String namespace() {
        return namespace;
    }

    /** Whom the adapters run as. */
    public Account account() {
        return account;
    }

    /** Where events go. */
    public RecordingSink sink() {
        return sink;
    }

    /** A source of the ConfigMaps of this rig's namespace. */
    public SourceConfig configMaps() {
        return SourceConfig.ofResources().in(namespace).watch("", "v1", "configmaps");
    }

    /** Starts an adapter under this rig's account. */
    public AdapterProcess launch(SourceConfig config) {
        return launch(config, launch -> launch);
    }

    /** Starts an adapter under this rig's account, with changes to the usual launch. */
    public AdapterProcess launch(SourceConfig config, UnaryOperator<Launch> changes) {
        return start(changes.apply(Launch.of(config, account.kubeconfig(), sink.url())));
    }

    /** Starts an adapter. */
    public AdapterProcess start(Launch launch) {
        AdapterProcess adapter = AdapterProcess.start(launch);
        adapters.add(adapter);
        return adapter;
    }

    /** Starts an adapter and waits until it is ready. */
    public AdapterProcess launchReady(SourceConfig config) {
        return launch(config).awaitReady(PATIENCE);
    }

    /** Waits for the event of a ConfigMap of this rig's namespace. */
    public ReceivedEvent awaitConfigMap(String verb, String name) {
        String subject = "/apis/v1/namespaces/" + namespace + "/configmaps/" + name;
        return sink.await(verb + " of " + subject, event -> isAbout(event, verb, subject), PATIENCE);
    }

    /** Whether the event tells this of that object. */
    public static boolean isAbout(ReceivedEvent event, String verb, String subject) {
        return event.verb().equals(verb) && event.subject().equals(subject);
    }

    /** Kills all adapters started so far. */
    public void stopAdapters() {
        adapters.forEach(AdapterProcess::close);
        adapters.clear();
    }

    @Override
    public void close() {
        stopAdapters();
        sink.close();
    }
}

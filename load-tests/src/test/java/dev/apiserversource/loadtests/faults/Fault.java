package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.sink.Behaviour;

import java.util.function.Consumer;

/** Something that goes wrong, from a beginning to an end. */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
enum Fault {
    /** kill -9, and another process when it ends. */
    ADAPTER_KILLED(Part.ADAPTER, Scene::kill, Scene::launch),
    /** A rolling update: a successor gets ready, then the predecessor is asked to end, and does. */
    ADAPTER_ROLLED(Part.ADAPTER, Scene::launchSuccessor, Scene::endPredecessor),
    /** SIGSTOP and SIGCONT: a paused or overloaded machine. */
    ADAPTER_FROZEN(Part.ADAPTER, Scene::freeze, Scene::thaw),
    /** All adapters are stopped where they are, and go on. */
    ADAPTERS_FROZEN(Part.REPLICAS, Scene::freezeAll, Scene::thawAll),
    /** All ConfigMaps of the checkpoint are deleted. */
    CHECKPOINT_DELETED(Part.ADAPTER, scene -> scene.checkpoint().delete(), Scene::nothing),
    /** The checkpoint's main part is cut in the middle. */
    CHECKPOINT_TRUNCATED(Part.ADAPTER, scene -> scene.checkpoint().truncate(), Scene::nothing),
    /** The checkpoint names another cluster. */
    CHECKPOINT_FOREIGN(Part.ADAPTER, scene -> scene.checkpoint().makeForeign(), Scene::nothing),
    /** The adapter has no right to its checkpoint. */
    CHECKPOINT_UNWRITABLE(Part.ADAPTER, scene -> scene.checkpoint().forbid(), scene -> scene.checkpoint()
            .allow()),
    /** Nobody listens. */
    SINK_REFUSES(Part.SINK, scene -> scene.sink(Behaviour.REFUSE), Scene::sinkAccepts),
    /** The sink reads and never answers. */
    SINK_STALLS(Part.SINK, scene -> scene.sink(Behaviour.STALL), Scene::sinkAccepts),
    /** The sink answers 503. */
    SINK_OVERLOADED(Part.SINK, scene -> scene.sink(Behaviour.STATUS_503), Scene::sinkAccepts),
    /** The sink takes 100 ms for each event. */
    SINK_SLOW(Part.SINK, scene -> scene.sink(Behaviour.ACCEPT_AFTER_100_MS), Scene::sinkAccepts),
    /** The only API server is ended, as by an upgrade, and started. It begins with an empty watch cache. */
    API_SERVER_RESTARTED(Part.API_SERVER, plane(ControlPlane::stopApiServer), plane(ControlPlane::startApiServer)),
    /** The only API server is killed, and started. */
    API_SERVER_KILLED(Part.API_SERVER, plane(ControlPlane::killApiServer), plane(ControlPlane::startApiServer)),
    /** etcd is compacted and the watch cache rolled: whoever watched before must list again. */
    HISTORY_FORGOTTEN(Part.API_SERVER, plane(Fault::forgetHistory), Scene::nothing),
    /** The API server answers 429 with Retry-After. */
    API_SERVER_THROTTLES(Part.WAY, scene -> scene.proxy().answer(429), Scene::passOn),
    /** The API server answers 500. */
    API_SERVER_FAILS(Part.WAY, scene -> scene.proxy().answer(500), Scene::passOn),
    /** Every connection to the API server is cut. */
    CONNECTIONS_CUT(Part.WAY, scene -> scene.proxy().cut(), Scene::nothing),
    /** The adapter's token is worthless, with nothing that still knows it, until another lies in its place. */
    TOKEN_EXPIRED(Part.WAY, Scene::expireToken, Scene::rotateToken);

    private final Part part;
    private final Consumer<Scene> beginning;
    private final Consumer<Scene> ending;

    Fault(Part part, Consumer<Scene> beginning, Consumer<Scene> ending) {
        this.part = part;
        this.beginning = beginning;
        this.ending = ending;
    }

    /** What a fault is done to: two faults of one part cannot overlap. */
    enum Part {
        ADAPTER,
        REPLICAS,
        SINK,
        API_SERVER,
        WAY
    }

    Part part() {
        return part;
    }

    /** Whether the API server still knows afterwards all that happened meanwhile. */
    boolean keepsHistory() {
        return part != Part.API_SERVER;
    }

    /** Whether the checkpoint may be useless until the adapter has written it again. */
    boolean harmsCheckpoint() {
        return name().startsWith("CHECKPOINT");
    }

    void begin(Scene scene) {
        beginning.accept(scene);
    }

    void end(Scene scene) {
        ending.accept(scene);
    }

    /** By a crash: the API server takes its time for a goodbye. */
    private static void forgetHistory(ControlPlane plane) {
        plane.killApiServer();
        plane.compactEtcd();
        plane.startApiServer();
    }

    private static Consumer<Scene> plane(Consumer<ControlPlane> action) {
        return scene -> action.accept(scene.plane());
    }
}

package dev.apiserversource.loadtests.faults;

import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.FaultProxy;
import dev.apiserversource.loadtests.sink.SinkBehaviour;

import java.time.Duration;
import java.util.function.Consumer;

/** Something that goes wrong, with a beginning and an end. */
@SuppressWarnings("ImmutableEnumChecker") // The functions have no state.
enum Fault {
    /** The adapter gets SIGKILL; the end starts another process. */
    ADAPTER_KILLED(Part.ADAPTER, FaultTarget::kill, FaultTarget::start),
    /** A rolling update: a successor becomes ready, then its predecessor gets SIGTERM and drains. */
    ADAPTER_ROLLED(Part.ADAPTER, FaultTarget::startSuccessor, FaultTarget::terminatePredecessor),
    /** SIGSTOP, then SIGCONT: a paused or overloaded machine. */
    ADAPTER_FROZEN(Part.ADAPTER, FaultTarget::suspend, FaultTarget::resume),
    /** The leader is suspended until the standby has taken over; once resumed it exits. */
    LEADER_FROZEN(Part.REPLICAS, FaultTarget::suspendLeader, FaultTarget::resumeSuperseded),
    /** All adapters are suspended, then resumed. */
    ADAPTERS_FROZEN(Part.REPLICAS, FaultTarget::suspendAll, FaultTarget::resumeAll),
    /** All ConfigMaps of the checkpoint are deleted. */
    CHECKPOINT_DELETED(Part.ADAPTER, target -> target.checkpoint().delete(), FaultTarget::nothing),
    /** The checkpoint's manifest loses its second half. */
    CHECKPOINT_TRUNCATED(Part.ADAPTER, target -> target.checkpoint().truncate(), FaultTarget::nothing),
    /** The checkpoint is that of another cluster. */
    CHECKPOINT_FOREIGN(Part.ADAPTER, target -> target.checkpoint().makeForeign(), FaultTarget::nothing),
    /** One shard of the checkpoint is deleted. */
    CHECKPOINT_SHARD_DELETED(Part.ADAPTER, target -> target.checkpoint().deleteShard(), FaultTarget::nothing),
    /** The API server refuses new ConfigMaps, so the checkpoint cannot get more shards. */
    CHECKPOINT_QUOTA_EXHAUSTED(
            Part.CONTROL_PLANE, target -> target.checkpoint().exhaustQuota(), target -> target.checkpoint()
                    .liftQuota()),
    /** The adapter has no right to its checkpoint. */
    CHECKPOINT_FORBIDDEN(Part.ADAPTER, target -> target.checkpoint().forbid(), target -> target.checkpoint()
            .allow()),
    /** The sink does not listen. */
    SINK_REFUSES(Part.SINK, target -> target.sink(SinkBehaviour.REFUSE), FaultTarget::sinkAccepts),
    /** The sink reads and never answers. */
    SINK_STALLS(Part.SINK, target -> target.sink(SinkBehaviour.STALL), FaultTarget::sinkAccepts),
    /** The sink answers 503. */
    SINK_OVERLOADED(Part.SINK, target -> target.sink(SinkBehaviour.STATUS_503), FaultTarget::sinkAccepts),
    /** The sink resets connections. */
    SINK_RESETS(Part.SINK, target -> target.sink(SinkBehaviour.RESET), FaultTarget::sinkAccepts),
    /** The sink answers after 100 ms. */
    SINK_SLOW(Part.SINK, target -> target.sink(SinkBehaviour.ACCEPT_AFTER_100_MS), FaultTarget::sinkAccepts),
    /** The only API server is stopped, as by an upgrade, and started with an empty watch cache. */
    API_SERVER_RESTARTED(Part.API_SERVER, plane(ControlPlane::stopApiServer), plane(ControlPlane::startApiServer)),
    /** The only API server is killed, and started with an empty watch cache. */
    API_SERVER_KILLED(Part.API_SERVER, plane(ControlPlane::killApiServer), plane(ControlPlane::startApiServer)),
    /** etcd is compacted and the watch cache lost: every stream must relist. */
    WATCH_HISTORY_LOST(Part.API_SERVER, plane(ControlPlane::loseWatchHistory), FaultTarget::nothing),
    /** The API server answers 429 with Retry-After. */
    API_SERVER_THROTTLES(Part.NETWORK, proxy(proxy -> proxy.failWith(429)), proxy(FaultProxy::forward)),
    /** The API server answers 500. */
    API_SERVER_FAILS(Part.NETWORK, proxy(proxy -> proxy.failWith(500)), proxy(FaultProxy::forward)),
    /** A proxy answers 404 in plain text: it has no backend. */
    API_SERVER_NOT_FOUND(Part.NETWORK, proxy(proxy -> proxy.failWith(404)), proxy(FaultProxy::forward)),
    /** From now on a watch whose history is lost ends cleanly and empty, instead of with 410. */
    GONE_HIDDEN(Part.CONTROL_PLANE, apiServer(TargetApiServer::hideGone), FaultTarget::nothing),
    /** A proxy distributes requests to two API servers. */
    TWO_API_SERVERS(
            Part.CONTROL_PLANE, apiServer(TargetApiServer::startSecond), apiServer(TargetApiServer::killSecond)),
    /** etcd is set back to the copy that the row made before. */
    ETCD_SET_BACK(Part.CONTROL_PLANE, apiServer(TargetApiServer::setEtcdBack), FaultTarget::nothing),
    /** The conversion webhook of the custom resource does not listen. */
    CONVERSION_WEBHOOK_AWAY(
            Part.CONTROL_PLANE, apiServer(server -> server.webhook().leave()), apiServer(server -> server.webhook()
                    .comeBack())),
    /** Every connection to the API server is closed. */
    CONNECTIONS_CLOSED(Part.NETWORK, proxy(FaultProxy::closeConnections), FaultTarget::nothing),
    /** The adapter's token is invalid and no authenticated connection is left, until the token is rotated. */
    TOKEN_EXPIRED(Part.NETWORK, apiServer(TargetApiServer::expireToken), apiServer(TargetApiServer::rotateToken));

    private final Part part;
    private final Consumer<FaultTarget> beginning;
    private final Consumer<FaultTarget> ending;

    Fault(Part part, Consumer<FaultTarget> beginning, Consumer<FaultTarget> ending) {
        this.part = part;
        this.beginning = beginning;
        this.ending = ending;
    }

    /** What a fault happens to. Two faults of one part cannot overlap. */
    enum Part {
        ADAPTER,
        REPLICAS,
        SINK,
        API_SERVER,
        NETWORK,
        /** What a row of the table has to prepare; no random draw has it. */
        CONTROL_PLANE
    }

    /**
     * Lets what has begun last for {@code time}. The only sleep of these tests: the length of a fault is its
     * definition, and nothing observable marks its end.
     */
    static void lasts(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Part part() {
        return part;
    }

    /** Whether an adapter starts during it, or may have to, from its checkpoint. */
    boolean needsCheckpoint() {
        return part != Part.SINK && part != Part.API_SERVER && part != Part.NETWORK;
    }

    /** Whether the API server still has all history afterwards. */
    boolean keepsHistory() {
        return part != Part.API_SERVER;
    }

    /** Whether the checkpoint may be unusable until the adapter has written it again. */
    boolean damagesCheckpoint() {
        return name().startsWith("CHECKPOINT");
    }

    void begin(FaultTarget target) {
        beginning.accept(target);
    }

    void end(FaultTarget target) {
        ending.accept(target);
    }

    private static Consumer<FaultTarget> apiServer(Consumer<TargetApiServer> action) {
        return target -> action.accept(target.apiServer());
    }

    private static Consumer<FaultTarget> proxy(Consumer<FaultProxy> action) {
        return target -> action.accept(target.apiServer().proxy());
    }

    private static Consumer<FaultTarget> plane(Consumer<ControlPlane> action) {
        return target -> action.accept(target.plane());
    }
}

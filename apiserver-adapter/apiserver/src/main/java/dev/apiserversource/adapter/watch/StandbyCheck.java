package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.kube.ApiRequest;
import dev.apiserversource.adapter.kube.Capacity;
import dev.apiserversource.adapter.kube.PullReader;
import dev.apiserversource.adapter.kube.WatchFailure;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.adapter.model.WatchTarget;
import dev.apiserversource.frame.time.Timers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Checks whether a standby could work as the leader: every requested resource is found, and every target can be listed
 * and watched with the rights of this process. Otherwise a rollout to a wrong configuration would replace a leader that
 * works by one that does not.
 *
 * <p>Every target is checked, because rights differ by namespace. A check costs a list of one object's metadata and the
 * head of a watch. What fails is checked again with backoff until it succeeds once.
 */
final class StandbyCheck {

    private static final int MAX_REASONS = 10;

    private final Selection selection;
    private final StreamDependencies dependencies;
    private final ListLimiter lists;
    private final ResourceDiscovery discovery;
    private final Map<String, Check> unfinished = new LinkedHashMap<>();

    /** A check that is not started. Its lists are within the limit of {@code lists}. */
    StandbyCheck(Selection selection, StreamDependencies dependencies, ListLimiter lists, ResourceDiscovery discovery) {
        this.selection = selection;
        this.dependencies = dependencies;
        this.lists = lists;
        this.discovery = discovery;
    }

    void start() {
        selection.resources().forEach(this::lookUp);
    }

    /** Sends nothing more. */
    void stop() {
        List<Check> stopped = List.copyOf(unfinished.values());
        // First, because each permit that is released may be granted to the next check.
        unfinished.clear();
        stopped.forEach(check -> check.cancel.run());
    }

    /** What keeps this process from working as the leader, for people; empty when every check has succeeded. */
    List<String> reasons() {
        Stream<String> first = unfinished.entrySet().stream()
                .limit(MAX_REASONS)
                .map(entry -> entry.getKey() + ": " + entry.getValue().reason);
        int more = unfinished.size() - MAX_REASONS;
        return Stream.concat(first, more > 0 ? Stream.of(more + " more") : Stream.empty())
                .toList();
    }

    private void lookUp(RequestedResource resource) {
        Check check = new Check(resource.id());
        check.start(() -> lookUp(resource, check));
    }

    private void lookUp(RequestedResource resource, Check check) {
        PullReader request = discovery.find(resource, result -> {
            if (result instanceof ResourceDiscovery.Result.Found found) {
                check.succeeded();
                selection.targets(resource, found.type()).forEach(this::list);
            } else if (result instanceof ResourceDiscovery.Result.NotFound notFound) {
                check.failed(notFound.reason());
            } else if (result instanceof ResourceDiscovery.Result.Failed failed) {
                check.failed(failed.failure().detail());
            }
        });
        check.cancel = request::cancel;
    }

    private void list(WatchTarget target) {
        Check check = new Check(target.id());
        check.start(() -> {
            ListLimiter.Permit permit = lists.permit();
            check.cancel = permit::release;
            permit.acquire(() -> {
                if (check.isStopped()) {
                    permit.release();
                } else {
                    list(target.metadata(), permit, check);
                }
            });
        });
    }

    private void list(WatchTarget target, ListLimiter.Permit permit, Check check) {
        ApiRequest request = ApiRequest.list(target, 1, "");
        PageListener listener = new PageListener(version -> watch(target, version, permit, check), check);
        read(request, new ListReader(new WatchParser(target.resource()), listener), permit, check);
    }

    private void watch(WatchTarget target, String version, ListLimiter.Permit permit, Check check) {
        read(ApiRequest.watch(target, version, 1), new HeadDecoder(check), permit, check);
    }

    /** Sends {@code request}. The permit is released with the check. */
    private void read(ApiRequest request, PullReader.ResponseDecoder decoder, ListLimiter.Permit permit, Check check) {
        PullReader reader = dependencies.readerWithoutCapacity(decoder);
        check.cancel = () -> {
            reader.cancel();
            permit.release();
        };
        reader.start(dependencies.api(), request);
    }

    /** A check that has not succeeded yet: a request, a wait for a permit, or a wait for the next request. */
    private final class Check {

        private final String id;
        private String reason = "not checked yet";
        private Runnable action = () -> {};
        private Runnable cancel = () -> {};
        private int failures;

        Check(String id) {
            this.id = id;
        }

        void start(Runnable request) {
            action = request;
            unfinished.put(id, this);
            action.run();
        }

        boolean isStopped() {
            return !unfinished.containsKey(id);
        }

        void succeeded() {
            cancel.run();
            unfinished.remove(id);
        }

        void failed(String why) {
            cancel.run();
            reason = why;
            failures++;
            Timers.Timer timer = dependencies
                    .timers()
                    .after(dependencies.settings().backoff().before(failures), action);
            cancel = timer::cancel;
        }
    }

    /** Passes on the resourceVersion of a list, or fails the check. */
    private record PageListener(Consumer<String> listed, Check check) implements ListReader.Listener {

        @Override
        public void onPage(WatchParser.ListEnd end) {
            listed.accept(end.resourceVersion());
        }

        @Override
        public void onClosed(WatchFailure failure) {
            check.failed(failure.detail());
        }
    }

    /** Reads the head of a watch: an API server that denies the watch answers with an error status. */
    private static final class HeadDecoder implements PullReader.ResponseDecoder {

        private final Check check;

        HeadDecoder(Check check) {
            this.check = check;
        }

        @Override
        public void opened() {
            check.succeeded();
        }

        @Override
        public void feed(byte[] chunk) {}

        @Override
        public int heldBytes() {
            return 0;
        }

        @Override
        public PullReader.Step advance(Capacity capacity) {
            return PullReader.Step.NEED_MORE_INPUT;
        }

        @Override
        public void closed(WatchFailure failure) {
            check.failed(failure.detail());
        }
    }
}

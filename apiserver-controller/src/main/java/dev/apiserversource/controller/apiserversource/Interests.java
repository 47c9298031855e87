package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.api.Destination;
import dev.apiserversource.controller.sink.SinkKey;
import dev.apiserversource.controller.sink.SinkResolver;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which sources depend on which objects elsewhere. A source says what it depends on <em>before</em> it looks, and what it saw afterwards:
 * whatever changes in between concerns it.
 */
final class Interests {

    private final Map<ResourceID, Interest> bySource = new ConcurrentHashMap<>();

    /** The source is about to look. */
    void looking(Source source) {
        bySource.put(id(source), new Interest(sinks(source), query(source), null));
    }

    /** The source has looked, and saw these namespaces. */
    void saw(Source source, NamespaceSelection selection) {
        bySource.computeIfPresent(id(source), (id, interest) -> interest.having(selection));
    }

    void forget(ResourceID source) {
        bySource.remove(source);
    }

    Set<ResourceID> in(SinkKey sink) {
        return those(interest -> interest.sinks().stream().anyMatch(sink::isMeantBy));
    }

    Set<ResourceID> in(NamespaceChange change) {
        return those(interest -> interest.concernedBy(change));
    }

    private Set<ResourceID> those(Predicate<Interest> concerned) {
        return bySource.entrySet().stream()
                .filter(entry -> concerned.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static ResourceID id(Source source) {
        return new ResourceID(source.name(), source.namespace());
    }

    private static Set<SinkKey> sinks(Source source) {
        Stream<Destination> destinations =
                Stream.concat(Stream.of(source.spec().sink()), source.deadLetterSink().stream());
        return destinations
                .map(destination -> SinkResolver.dependency(destination, source.namespace()))
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }

    private static @Nullable LabelQuery query(Source source) {
        return source.spec().namespaceSelector() == null
                ? null
                : LabelQuery.of(source.spec().namespaceSelector());
    }

    private record Interest(
            Set<SinkKey> sinks,
            @Nullable LabelQuery query,
            @Nullable List<String> selected) {

        Interest having(NamespaceSelection selection) {
            return new Interest(sinks, query, selection.names());
        }

        /** Only a selection by labels can change; what it comes to is unknown while the source is looking. */
        boolean concernedBy(NamespaceChange change) {
            if (query == null || query.isEmpty()) {
                return false;
            }
            boolean selects = change.exists() && query.matches(change.labels());
            return selected == null || selects != selected.contains(change.name());
        }
    }
}

package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.discovery.ApiResource;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether a source's ServiceAccount may do what the adapter does: list and watch. */
final class AccessCheck {

    /** What the adapter does. */
    private static final List<String> USED = List.of("list", "watch");

    /** What the message speaks of when one of them is missing, as Knative's does. */
    private static final List<String> SPOKEN_OF = List.of("get", "list", "watch");

    private static final String EVERYWHERE = "";
    private static final int MOST_IN_MESSAGE = 10;

    private final RememberedReviews reviews;

    AccessCheck(RememberedReviews reviews) {
        this.reviews = reviews;
    }

    /** Judges the rights to all kinds that are served; kinds that are not are spoken of, and do no harm. */
    Judgement judge(Source source, WatchedKinds watched, NamespaceSelection namespaces) {
        List<Place> denied = denied(
                source.user(),
                watched.served().stream()
                        .map(resource -> placesOf(resource, namespaces))
                        .toList());
        if (!denied.isEmpty()) {
            return Judgement.bad("Forbidden", "User " + source.user() + " cannot " + spell(source.user(), denied));
        }
        return watched.unknown().isEmpty()
                ? Judgement.GOOD
                : Judgement.unknown(
                        "KindNotFound",
                        "the API server serves no kind " + watched.unknown()
                                + ": install its CRD, or correct spec.resources; it is watched as soon as it is served");
    }

    private static List<Place> placesOf(ApiResource resource, NamespaceSelection namespaces) {
        List<String> names = resource.namespaced() ? namespaces.names() : List.of(EVERYWHERE);
        return names.stream().map(namespace -> new Place(resource, namespace)).toList();
    }

    /** The places where a used verb is denied. A right to everywhere answers for many namespaces at once, so it is asked for first. */
    private List<Place> denied(String user, List<List<Place>> byResource) {
        List<Place> everywhere = byResource.stream()
                .filter(places -> places.size() > 1)
                .map(places -> new Place(places.get(0).resource(), EVERYWHERE))
                .toList();
        Map<Place, Boolean> allowedEverywhere = ask(user, everywhere);
        List<Place> open = byResource.stream()
                .flatMap(List::stream)
                .filter(place -> !allowedEverywhere.getOrDefault(new Place(place.resource(), EVERYWHERE), false))
                .toList();
        Map<Place, Boolean> allowed = ask(user, open);
        return open.stream()
                .filter(place -> !allowed.getOrDefault(place, false))
                .toList();
    }

    private Map<Place, Boolean> ask(String user, List<Place> places) {
        Map<Place, List<CompletableFuture<Boolean>>> asked = places.stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        place -> USED.stream()
                                .map(verb -> ask(user, verb, place))
                                .toList(),
                        (one, same) -> one,
                        LinkedHashMap::new));
        return asked.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().stream()
                .allMatch(CompletableFuture::join)));
    }

    private CompletableFuture<Boolean> ask(String user, String verb, Place place) {
        return reviews.ask(AccessQuestion.of(user, verb, place.resource(), place.namespace()));
    }

    private String spell(String user, List<Place> denied) {
        List<String> spelled = new ArrayList<>(denied.stream()
                .limit(MOST_IN_MESSAGE)
                .map(place -> missingVerbs(user, place) + " " + place)
                .toList());
        Optional.of(denied.size() - MOST_IN_MESSAGE)
                .filter(more -> more > 0)
                .ifPresent(more -> spelled.add("and so in " + more + " more places"));
        return String.join(", ", spelled);
    }

    private String missingVerbs(String user, Place place) {
        Stream<String> missing =
                SPOKEN_OF.stream().filter(verb -> !ask(user, verb, place).join());
        return missing.collect(Collectors.joining(", "));
    }

    /** Something to watch, somewhere. */
    private record Place(ApiResource resource, String namespace) {

        @Override
        public String toString() {
            return "resource \"" + resource.plural() + "\" in API group \"" + resource.group() + "\" in Namespace \""
                    + namespace + "\"";
        }
    }
}

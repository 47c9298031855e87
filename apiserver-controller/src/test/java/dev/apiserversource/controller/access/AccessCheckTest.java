package dev.apiserversource.controller.access;

import dev.apiserversource.controller.SettableClock;
import dev.apiserversource.controller.access.AccessReviews.AccessRequest;
import dev.apiserversource.controller.discovery.ApiResource;
import dev.apiserversource.controller.namespaces.NamespaceScope;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

class AccessCheckTest {

    private static final String USER = "system:serviceaccount:shop:default";

    private final Set<AccessRequest> granted = new HashSet<>();
    private final List<AccessRequest> reviewed = new ArrayList<>();
    private final AccessCheck check = new AccessCheck(
            new AccessReviews(
                    request -> {
                        reviewed.add(request);
                        return granted.contains(request) || granted.contains(inAllNamespaces(request));
                    },
                    Runnable::run,
                    new SettableClock()),
            NamespaceScope.CLUSTER);
    private static final ApiResource EVENTS = new ApiResource("", "v1", "events", "Event", true);

    @Test
    void requiresListAndWatch() {
        grant("list", "shop");
        grant("watch", "shop");
        assertThat(missing("shop")).isEmpty();
        assertThat(reviewed).hasSize(2);
    }

    @Test
    void messageIsThatOfKnative() {
        assertThat(missing("shop"))
                .hasValue("User system:serviceaccount:shop:default cannot get, list, watch resource \"events\" in"
                        + " API group"
                        + " \"\" in Namespace \"shop\"");
    }

    @Test
    void messageNamesMissingVerbsOnly() {
        grant("get", "shop");
        grant("list", "shop");
        assertThat(missing("shop")).get(STRING).contains("cannot watch resource \"events\"");
    }

    @Test
    void clusterWideGrantAnswersForAThousandNamespaces() {
        grant("list", "");
        grant("watch", "");
        String[] namespaces =
                IntStream.range(0, 1_000).mapToObj(number -> "ns-" + number).toArray(String[]::new);
        assertThat(missing(namespaces)).isEmpty();
        assertThat(reviewed).hasSize(2);
    }

    @Test
    void reviewsEachNamespaceWithoutAClusterWideGrant() {
        grant("list", "shop");
        grant("watch", "shop");
        assertThat(missing("billing", "shop"))
                .get(STRING)
                .contains("in Namespace \"billing\"")
                .doesNotContain("\"shop\"");
    }

    @Test
    void allNamespacesNeedAClusterWideGrant() {
        grant("list", "shop");
        grant("watch", "shop");
        assertThat(missing("")).get(STRING).contains("in Namespace \"\"");
    }

    @Test
    void reviewsClusterScopedKindsOnceWithoutNamespace() {
        ApiResource nodes = new ApiResource("", "v1", "nodes", "Node", false);
        assertThat(check.missing(USER, List.of(nodes), List.of("billing", "shop")))
                .isPresent();
        assertThat(reviewed).extracting(AccessRequest::namespace).containsOnly("");
        assertThat(reviewed).extracting(AccessRequest::verb).containsExactly("list", "watch", "get");
    }

    @Test
    void clusterScopedKindsNeedAControllerWithClusterAccess() {
        ApiResource nodes = new ApiResource("", "v1", "nodes", "Node", false);
        AccessCheck inShop = new AccessCheck(
                new AccessReviews(request -> true, Runnable::run, new SettableClock()),
                new NamespaceScope(Set.of("shop")));
        assertThat(inShop.missing(USER, List.of(EVENTS, nodes), List.of("shop")))
                .hasValue("nodes has no namespace, and the controller has CLUSTER_ACCESS=false:"
                        + " remove the kind from spec.resources");
        assertThat(inShop.missing(USER, List.of(EVENTS), List.of("shop"))).isEmpty();
    }

    @Test
    void shortensLongMessages() {
        String[] namespaces =
                IntStream.range(0, 30).mapToObj(number -> "ns-" + number).toArray(String[]::new);
        assertThat(missing(namespaces)).get(STRING).endsWith("and more");
    }

    @Test
    void stopsSoonAfterTenDenials() {
        String[] namespaces =
                IntStream.range(0, 10_000).mapToObj(number -> "ns-" + number).toArray(String[]::new);
        assertThat(missing(namespaces)).get(STRING).contains("\"ns-9\"").doesNotContain("\"ns-10\"");
        assertThat(reviewed).hasSizeLessThan(60);
    }

    private Optional<String> missing(String... namespaces) {
        return check.missing(USER, List.of(EVENTS), List.of(namespaces));
    }

    private void grant(String verb, String namespace) {
        granted.add(new AccessRequest(USER, verb, "", "events", namespace));
    }

    private static AccessRequest inAllNamespaces(AccessRequest request) {
        return new AccessRequest(request.user(), request.verb(), request.group(), request.resource(), "");
    }
}

package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.discovery.ApiResource;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class AccessCheckTest {

    private static final String USER = "system:serviceaccount:shop:default";

    private final Set<AccessQuestion> rights = new HashSet<>();
    private final List<AccessQuestion> asked = new ArrayList<>();
    private final SettableClock clock = new SettableClock();
    private final AccessCheck check = new AccessCheck(new RememberedReviews(
            question -> {
                asked.add(question);
                return rights.contains(question) || rights.contains(everywhere(question));
            },
            Runnable::run,
            clock));
    private final Source source = Samples.events("mode: Resource");

    @Test
    void listAndWatchSuffice() {
        grant("list", "shop");
        grant("watch", "shop");
        assertThat(judge("shop")).isEqualTo(Judgement.GOOD);
        assertThat(asked).hasSize(2);
    }

    @Test
    void withoutRightsTheMessageIsTheOneUsersKnow() {
        assertThat(judge("shop"))
                .isEqualTo(Judgement.bad(
                        "Forbidden",
                        "User system:serviceaccount:shop:default cannot get, list, watch resource \"events\" in API group"
                                + " \"\" in Namespace \"shop\""));
    }

    @Test
    void messageNamesTheMissingVerbsOnly() {
        grant("get", "shop");
        grant("list", "shop");
        assertThat(judge("shop").message()).contains("cannot watch resource \"events\"");
    }

    @Test
    void aRightToEverywhereAnswersForAThousandNamespaces() {
        grant("list", "");
        grant("watch", "");
        String[] namespaces =
                IntStream.range(0, 1_000).mapToObj(number -> "ns-" + number).toArray(String[]::new);
        assertThat(judge(namespaces)).isEqualTo(Judgement.GOOD);
        assertThat(asked).hasSize(2);
    }

    @Test
    void namespacesAreAskedForOneByOneWhenThereIsNoRightToEverywhere() {
        grant("list", "shop");
        grant("watch", "shop");
        assertThat(judge("billing", "shop").message())
                .contains("in Namespace \"billing\"")
                .doesNotContain("\"shop\"");
    }

    @Test
    void allNamespacesNeedTheRightToEverywhere() {
        grant("list", "shop");
        grant("watch", "shop");
        assertThat(check.judge(source, watched(), NamespaceSelection.ALL).message())
                .contains("in Namespace \"\"");
    }

    @Test
    void clusterScopedKindsAreAskedForOnceAndWithoutNamespace() {
        WatchedKinds nodes = new WatchedKinds(
                List.of(new WatchedKinds.Kind(new ApiResource("", "v1", "nodes", "Node", false), "", true)));
        check.judge(source, nodes, NamespaceSelection.of(List.of("billing", "shop")));
        assertThat(asked).extracting(AccessQuestion::namespace).containsOnly("");
        assertThat(asked).extracting(AccessQuestion::verb).containsExactly("list", "watch", "get");
    }

    @Test
    void longMessagesAreCutShort() {
        String[] namespaces =
                IntStream.range(0, 30).mapToObj(number -> "ns-" + number).toArray(String[]::new);
        assertThat(judge(namespaces).message()).endsWith("and so in 20 more places");
    }

    @Test
    void unknownKindIsSpokenOfAndNotAskedFor() {
        WatchedKinds oxen =
                new WatchedKinds(List.of(new WatchedKinds.Kind(ApiResource.guess("example.com/v1", "Ox"), "", false)));
        Judgement judgement = check.judge(source, oxen, NamespaceSelection.of(List.of("shop")));
        assertThat(judgement.status()).isEqualTo("Unknown");
        assertThat(judgement.reason()).isEqualTo("KindNotFound");
        assertThat(judgement.message()).contains("Ox (example.com/v1)").contains("install its CRD");
        assertThat(asked).isEmpty();
    }

    @Test
    void aGrantIsSeenTwoSecondsAfterADenial() {
        assertThat(judge("shop").isGood()).isFalse();
        grant("list", "shop");
        grant("watch", "shop");
        assertThat(judge("shop").isGood()).isFalse();
        clock.advance(Duration.ofSeconds(2));
        assertThat(judge("shop").isGood()).isTrue();
    }

    @Test
    void aRevocationIsSeenAfterFiveMinutes() {
        grant("list", "shop");
        grant("watch", "shop");
        assertThat(judge("shop").isGood()).isTrue();
        rights.clear();
        clock.advance(Duration.ofMinutes(4));
        assertThat(judge("shop").isGood()).isTrue();
        clock.advance(Duration.ofMinutes(1));
        assertThat(judge("shop").isGood()).isFalse();
    }

    private Judgement judge(String... namespaces) {
        return check.judge(source, watched(), NamespaceSelection.of(List.of(namespaces)));
    }

    private WatchedKinds watched() {
        return WatchedKinds.of(source.spec().resources(), Samples.DISCOVERY);
    }

    private void grant(String verb, String namespace) {
        rights.add(new AccessQuestion(USER, verb, "", "events", namespace));
    }

    private static AccessQuestion everywhere(AccessQuestion question) {
        return new AccessQuestion(question.user(), question.verb(), question.group(), question.resource(), "");
    }
}

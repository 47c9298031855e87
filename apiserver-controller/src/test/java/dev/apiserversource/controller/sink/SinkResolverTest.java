package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.api.Destination;
import dev.apiserversource.controller.api.ObjectRef;
import dev.apiserversource.controller.sink.Addressing.Absent;
import dev.apiserversource.controller.sink.Addressing.Address;
import dev.apiserversource.controller.sink.Addressing.Present;
import dev.apiserversource.controller.sink.Addressing.Unreadable;
import dev.apiserversource.controller.sink.Resolution.Resolved;
import dev.apiserversource.controller.sink.Resolution.Unresolved;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class SinkResolverTest {

    private static final ObjectRef SERVICE = new ObjectRef("v1", "Service", "display", null, null);
    private static final ObjectRef BROKER = new ObjectRef("eventing.knative.dev/v1", "Broker", "default", "bus", null);

    private final Map<SinkKey, Addressing> world = new HashMap<>();
    private final List<SinkKey> asked = new ArrayList<>();
    private final SinkResolver resolver = new SinkResolver(
            key -> {
                asked.add(key);
                return world.getOrDefault(key, new Absent());
            },
            "example.internal");

    @Test
    void serviceIsAddressedByItsName() {
        there(SERVICE, "shop");
        assertThat(resolve(to(SERVICE))).isEqualTo(address("http://display.shop.svc.example.internal"));
    }

    @Test
    void serviceWithCertificatesIsAddressedByHttps() {
        there(SERVICE, "shop");
        Destination destination = new Destination(SERVICE, null, "PEM", null);
        assertThat(resolve(destination))
                .isEqualTo(new Resolved(new SinkAddress("https://display.shop.svc.example.internal", "PEM", null)));
    }

    @Test
    void namespaceOfTheReferenceIsPreferredToThatOfTheSource() {
        there(BROKER, "bus", new Address(null, "http://broker.bus/default", null, null));
        assertThat(resolve(to(BROKER))).isEqualTo(address("http://broker.bus/default"));
        assertThat(asked).containsExactly(new SinkKey("eventing.knative.dev/v1", "Broker", "bus", "default"));
    }

    @Test
    void firstAddressIsTakenWhenNoneIsNamed() {
        there(BROKER, "bus", new Address("a", "http://a", null, null), new Address("b", "http://b", null, null));
        assertThat(resolve(to(BROKER))).isEqualTo(address("http://a"));
    }

    @Test
    void namedAddressIsTaken() {
        there(BROKER, "bus", new Address("a", "http://a", null, null), new Address("b", "https://b", "PEM", "aud"));
        ObjectRef named = new ObjectRef(BROKER.apiVersion(), BROKER.kind(), BROKER.name(), "bus", "b");
        assertThat(resolve(to(named))).isEqualTo(new Resolved(new SinkAddress("https://b", "PEM", "aud")));
    }

    @Test
    void wishesOfTheUserArePreferredToThoseOfTheAddress() {
        there(BROKER, "bus", new Address(null, "https://b", "theirs", "theirs"));
        assertThat(resolve(new Destination(BROKER, null, "mine", "mine")))
                .isEqualTo(new Resolved(new SinkAddress("https://b", "mine", "mine")));
    }

    @Test
    void pathIsResolvedAgainstTheAddress() {
        there(SERVICE, "shop");
        there(BROKER, "bus", new Address(null, "http://broker/bus/default?x=1", null, null));
        assertThat(resolve(new Destination(SERVICE, "/in", null, null)))
                .isEqualTo(address("http://display.shop.svc.example.internal/in"));
        assertThat(resolve(new Destination(SERVICE, "in?a=b", null, null)))
                .isEqualTo(address("http://display.shop.svc.example.internal/in?a=b"));
        assertThat(resolve(new Destination(BROKER, "other", null, null))).isEqualTo(address("http://broker/bus/other"));
    }

    @Test
    void absoluteUriNeedsNoObject() {
        assertThat(resolve(new Destination(null, "https://host/path", "PEM", null)))
                .isEqualTo(new Resolved(new SinkAddress("https://host/path", "PEM", null)));
        assertThat(asked).isEmpty();
    }

    @Test
    void missingObjectIsNotFound() {
        assertThat(resolve(to(SERVICE)))
                .isEqualTo(new Unresolved(
                        "NotFound",
                        "Service shop/display (v1) does not exist: create it, or name another sink in spec.sink"));
    }

    @Test
    void objectWithoutAddressIsNotFound() {
        there(BROKER, "bus");
        assertThat(resolve(to(BROKER)))
                .isEqualTo(new Unresolved(
                        "NotFound", "Broker bus/default (eventing.knative.dev/v1) has no address in its status yet"));
    }

    @Test
    void unreadableObjectSaysWhatToDo() {
        world.put(SinkKey.of(BROKER, "shop"), new Unreadable("grant it"));
        assertThat(resolve(to(BROKER))).isEqualTo(new Unresolved("NotFound", "grant it"));
    }

    @Test
    void destinationWithoutAnythingIsNotFound() {
        assertThat(resolve(Destination.NOWHERE)).isInstanceOf(Unresolved.class);
    }

    @Test
    void addressThatIsNoUrlIsInvalid() {
        there(BROKER, "bus", new Address(null, "not a url", null, null));
        assertThat(resolve(to(BROKER))).isInstanceOfSatisfying(Unresolved.class, no -> assertThat(no.reason())
                .isEqualTo("InvalidURI"));
        assertThat(resolve(new Destination(null, "relative", null, null)))
                .isInstanceOfSatisfying(
                        Unresolved.class, no -> assertThat(no.reason()).isEqualTo("InvalidURI"));
    }

    @Test
    void dependsOnTheObjectItNamesOnly() {
        assertThat(SinkResolver.dependency(to(SERVICE), "shop"))
                .contains(new SinkKey("v1", "Service", "shop", "display"));
        assertThat(SinkResolver.dependency(new Destination(null, "http://a", null, null), "shop"))
                .isEmpty();
    }

    private void there(ObjectRef ref, String namespace, Address... addresses) {
        world.put(SinkKey.of(ref, namespace), new Present(List.of(addresses)));
    }

    private Resolution resolve(Destination destination) {
        return resolver.resolve(destination, "shop");
    }

    private static Destination to(ObjectRef ref) {
        return new Destination(ref, null, null, null);
    }

    private static Resolution address(String uri) {
        return new Resolved(new SinkAddress(uri, null, null));
    }
}

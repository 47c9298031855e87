package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.api.Destination;
import dev.apiserversource.controller.api.Destination.ObjectRef;
import dev.apiserversource.controller.sink.AddressLookup.Address;
import dev.apiserversource.controller.sink.AddressLookup.Found;
import dev.apiserversource.controller.sink.AddressLookup.NotFound;
import dev.apiserversource.controller.sink.AddressLookup.Unavailable;
import dev.apiserversource.controller.sink.SinkResolver.Resolution;
import dev.apiserversource.controller.sink.SinkResolver.SinkAddress;
import dev.apiserversource.controller.sink.SinkResolver.Unresolved;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class SinkResolverTest {

    private static final ObjectRef SERVICE = new ObjectRef("v1", "Service", "display", null, null);
    private static final ObjectRef BROKER = new ObjectRef("eventing.knative.dev/v1", "Broker", "default", "bus", null);

    private final Map<SinkKey, AddressLookup.Result> objects = new HashMap<>();
    private final List<SinkKey> lookedUp = new ArrayList<>();
    private final SinkResolver resolver = new SinkResolver("example.internal");

    @Test
    void serviceIsAddressedByItsName() {
        exists(SERVICE, "shop");
        assertThat(resolve(to(SERVICE))).isEqualTo(address("http://display.shop.svc.example.internal"));
    }

    @Test
    void serviceWithCertificatesIsAddressedByHttps() {
        exists(SERVICE, "shop");
        Destination destination = new Destination(SERVICE, null, "PEM", null);
        assertThat(resolve(destination))
                .isEqualTo(new SinkAddress("https://display.shop.svc.example.internal", "PEM", null));
    }

    @Test
    void namespaceOfTheReferenceOverridesThatOfTheSource() {
        exists(BROKER, "bus", new Address(null, "http://broker.bus/default", null, null));
        assertThat(resolve(to(BROKER))).isEqualTo(address("http://broker.bus/default"));
        assertThat(lookedUp).containsExactly(new SinkKey("eventing.knative.dev/v1", "Broker", "bus", "default"));
    }

    @Test
    void usesTheFirstAddressWhenNoneIsNamed() {
        exists(BROKER, "bus", new Address("a", "http://a", null, null), new Address("b", "http://b", null, null));
        assertThat(resolve(to(BROKER))).isEqualTo(address("http://a"));
    }

    @Test
    void usesTheNamedAddress() {
        exists(BROKER, "bus", new Address("a", "http://a", null, null), new Address("b", "https://b", "PEM", "aud"));
        ObjectRef named = new ObjectRef(BROKER.apiVersion(), BROKER.kind(), BROKER.name(), "bus", "b");
        assertThat(resolve(to(named))).isEqualTo(new SinkAddress("https://b", "PEM", "aud"));
    }

    @Test
    void emptyAddressNameIsTheFirst() {
        exists(BROKER, "bus", new Address("a", "http://a", null, null));
        ObjectRef unnamed = new ObjectRef(BROKER.apiVersion(), BROKER.kind(), BROKER.name(), "bus", "");
        assertThat(resolve(to(unnamed))).isEqualTo(address("http://a"));
    }

    @Test
    void namesTheVersionThatServesTheObject() {
        ObjectRef old = new ObjectRef("eventing.knative.dev/v1alpha1", "Broker", "default", "bus", null);
        objects.put(
                SinkKey.of(old, "shop"),
                new Found(List.of(new Address(null, "http://a", null, null)), "eventing.knative.dev/v1"));
        assertThat(resolve(to(old))).isEqualTo(new SinkAddress("http://a", null, null, "eventing.knative.dev/v1"));
    }

    @Test
    void destinationOverridesCertificatesAndAudienceOfTheAddress() {
        exists(BROKER, "bus", new Address(null, "https://b", "theirs", "theirs"));
        assertThat(resolve(new Destination(BROKER, null, "mine", "mine")))
                .isEqualTo(new SinkAddress("https://b", "mine", "mine"));
    }

    @Test
    void pathIsResolvedAgainstTheAddress() {
        exists(SERVICE, "shop");
        exists(BROKER, "bus", new Address(null, "http://broker/bus/default?x=1", null, null));
        assertThat(resolve(new Destination(SERVICE, "/in", null, null)))
                .isEqualTo(address("http://display.shop.svc.example.internal/in"));
        assertThat(resolve(new Destination(SERVICE, "in?a=b", null, null)))
                .isEqualTo(address("http://display.shop.svc.example.internal/in?a=b"));
        assertThat(resolve(new Destination(BROKER, "other", null, null))).isEqualTo(address("http://broker/bus/other"));
    }

    @Test
    void absoluteUriNeedsNoLookup() {
        assertThat(resolve(new Destination(null, "https://host/path", "PEM", null)))
                .isEqualTo(new SinkAddress("https://host/path", "PEM", null));
        assertThat(lookedUp).isEmpty();
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
        exists(BROKER, "bus");
        assertThat(resolve(to(BROKER)))
                .isEqualTo(new Unresolved(
                        "NotFound", "Broker bus/default (eventing.knative.dev/v1) has no address in its status yet"));
    }

    @Test
    void unavailableObjectKeepsTheProblem() {
        objects.put(SinkKey.of(BROKER, "shop"), new Unavailable("grant it"));
        assertThat(resolve(to(BROKER))).isEqualTo(new Unresolved("NotFound", "grant it"));
    }

    @Test
    void emptyDestinationIsUnresolved() {
        assertThat(resolve(Destination.NONE)).isInstanceOf(Unresolved.class);
    }

    @Test
    void addressMustBeAnAbsoluteUrl() {
        exists(BROKER, "bus", new Address(null, "not a url", null, null));
        assertThat(resolve(to(BROKER))).isInstanceOfSatisfying(Unresolved.class, no -> assertThat(no.reason())
                .isEqualTo("InvalidURI"));
        assertThat(resolve(new Destination(null, "relative", null, null)))
                .isInstanceOfSatisfying(
                        Unresolved.class, no -> assertThat(no.reason()).isEqualTo("InvalidURI"));
    }

    private void exists(ObjectRef ref, String namespace, Address... addresses) {
        objects.put(SinkKey.of(ref, namespace), new Found(List.of(addresses), ref.apiVersion()));
    }

    private AddressLookup.Result find(SinkKey key) {
        lookedUp.add(key);
        return objects.getOrDefault(key, new NotFound());
    }

    private Resolution resolve(Destination destination) {
        return resolver.resolve(destination, "shop", this::find);
    }

    private static Destination to(ObjectRef ref) {
        return new Destination(ref, null, null, null);
    }

    private static Resolution address(String uri) {
        return new SinkAddress(uri, null, null);
    }
}

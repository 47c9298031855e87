package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.api.Destination;
import dev.apiserversource.controller.api.ObjectRef;
import dev.apiserversource.controller.sink.Addressing.Address;
import dev.apiserversource.controller.sink.Addressing.Present;
import dev.apiserversource.controller.sink.Addressing.Unreadable;
import dev.apiserversource.controller.sink.Resolution.Resolved;
import dev.apiserversource.controller.sink.Resolution.Unresolved;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Turns a destination into an address: a Service by its name, anything else by the addresses in its status. */
public final class SinkResolver {

    private static final String NOT_FOUND = "NotFound";

    private final Addressables addressables;
    private final String clusterDomain;

    SinkResolver(Addressables addressables, String clusterDomain) {
        this.addressables = addressables;
        this.clusterDomain = clusterDomain;
    }

    /** Resolves what {@code watches} see; {@code clusterDomain} ends the names of Services, {@code cluster.local}. */
    public static SinkResolver over(AddressWatches watches, String clusterDomain) {
        return new SinkResolver(watches, clusterDomain);
    }

    /** The object whose address a destination depends on, if it names one. */
    public static Optional<SinkKey> dependency(Destination destination, String sourceNamespace) {
        return Optional.ofNullable(destination.ref()).map(ref -> SinkKey.of(ref, sourceNamespace));
    }

    /** Resolves the destination of a source in {@code sourceNamespace}. */
    public Resolution resolve(Destination destination, String sourceNamespace) {
        ObjectRef ref = destination.ref();
        if (ref == null) {
            return byUri(destination);
        }
        SinkKey key = SinkKey.of(ref, sourceNamespace);
        Addressing found = addressables.find(key);
        if (found instanceof Present present) {
            return key.isCoreService()
                    ? service(destination, key)
                    : addressable(destination, ref, key, present.addresses());
        }
        return missing(key, found);
    }

    private static Resolution missing(SinkKey key, Addressing found) {
        if (found instanceof Unreadable unreadable) {
            return new Unresolved(NOT_FOUND, unreadable.problem());
        }
        return new Unresolved(NOT_FOUND, key + " does not exist: create it, or name another sink in spec.sink");
    }

    private static Resolution byUri(Destination destination) {
        return destination.uri() == null
                ? new Unresolved(NOT_FOUND, "spec.sink names nothing: give ref or uri")
                : address(destination, new Address(null, destination.uri(), null, null), null);
    }

    private Resolution service(Destination destination, SinkKey key) {
        String scheme = destination.caCerts() == null || destination.caCerts().isEmpty() ? "http" : "https";
        String url = scheme + "://" + key.name() + "." + key.namespace() + ".svc." + clusterDomain;
        return address(destination, new Address(null, url, null, null), destination.uri());
    }

    private static Resolution addressable(
            Destination destination, ObjectRef ref, SinkKey key, List<Address> addresses) {
        return addresses.stream()
                .filter(address -> ref.address() == null || Objects.equals(ref.address(), address.name()))
                .findFirst()
                .map(address -> address(destination, address, destination.uri()))
                .orElseGet(
                        () -> new Unresolved(NOT_FOUND, key + " has no address" + named(ref) + " in its status yet"));
    }

    private static String named(ObjectRef ref) {
        return ref.address() == null ? "" : " named " + ref.address();
    }

    private static Resolution address(Destination destination, Address address, @Nullable String path) {
        try {
            URI base = new URI(address.url());
            if (!base.isAbsolute() || base.getHost() == null) {
                return new Unresolved("InvalidURI", address.url() + " is not an absolute URL with a host");
            }
            return new Resolved(new SinkAddress(
                    path == null ? address.url() : below(base, path),
                    firstGiven(destination.caCerts(), address.caCerts()),
                    firstGiven(destination.audience(), address.audience())));
        } catch (URISyntaxException e) {
            return new Unresolved("InvalidURI", "not a URL: " + e.getMessage());
        }
    }

    /** A base without a path gets one, since {@code URI.resolve} would glue a bare name to the host. */
    private static String below(URI base, String path) throws URISyntaxException {
        URI rooted = base.getRawPath().isEmpty() ? base.resolve("/") : base;
        return rooted.resolve(new URI(path)).toString();
    }

    private static @Nullable String firstGiven(@Nullable String wish, @Nullable String offer) {
        return wish == null || wish.isEmpty() ? offer : wish;
    }
}

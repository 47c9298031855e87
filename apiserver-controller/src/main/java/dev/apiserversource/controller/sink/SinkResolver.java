package dev.apiserversource.controller.sink;

import dev.apiserversource.controller.api.Destination;
import dev.apiserversource.controller.api.Destination.ObjectRef;
import dev.apiserversource.controller.sink.AddressLookup.Address;
import dev.apiserversource.controller.sink.AddressLookup.Found;
import dev.apiserversource.controller.sink.AddressLookup.Unavailable;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Objects;

/**
 * Resolves a destination to an address: a Service by its DNS name, any other object by the addresses in its status.
 *
 * @param clusterDomain the suffix of the DNS names of Services, {@code cluster.local}
 */
public record SinkResolver(String clusterDomain) {

    private static final String NOT_FOUND = "NotFound";
    private static final String INVALID_URI = "InvalidURI";

    /** The result of resolving a destination. */
    public sealed interface Resolution {}

    /**
     * The destination has an address.
     *
     * @param uri absolute URL
     * @param caCerts PEM certificates trusted for it, in addition to those of the system
     * @param audience audience of the token to send
     * @param servedApiVersion where the object was found, if the API server does not serve the version of the reference
     */
    public record SinkAddress(
            String uri,
            @Nullable String caCerts,
            @Nullable String audience,
            @Nullable String servedApiVersion) implements Resolution {

        /** An address that was found as referenced. */
        public SinkAddress(String uri, @Nullable String caCerts, @Nullable String audience) {
            this(uri, caCerts, audience, null);
        }
    }

    /**
     * The destination has no address yet.
     *
     * @param reason why, as one CamelCase word
     * @param message why, and the remedy
     */
    public record Unresolved(String reason, String message) implements Resolution {}

    /** Resolves the destination of a source in {@code sourceNamespace}, with the objects that {@code lookup} finds. */
    public Resolution resolve(Destination destination, String sourceNamespace, AddressLookup lookup) {
        ObjectRef ref = destination.ref();
        if (ref == null) {
            return resolveUri(destination);
        }
        SinkKey key = SinkKey.of(ref, sourceNamespace);
        AddressLookup.Result result = lookup.find(key);
        if (result instanceof Found found) {
            return key.isCoreService()
                    ? resolveService(destination, key)
                    : withVersion(resolveAddressable(destination, ref, key, found.addresses()), key, found);
        }
        return new Unresolved(
                NOT_FOUND,
                result instanceof Unavailable unavailable
                        ? unavailable.problem()
                        : key + " does not exist: create it, or name another sink in spec.sink");
    }

    private static Resolution withVersion(Resolution resolution, SinkKey key, Found found) {
        return resolution instanceof SinkAddress address && !found.apiVersion().equals(key.apiVersion())
                ? new SinkAddress(address.uri(), address.caCerts(), address.audience(), found.apiVersion())
                : resolution;
    }

    private static Resolution resolveUri(Destination destination) {
        return destination.uri() == null
                ? new Unresolved(NOT_FOUND, "spec.sink is empty: set ref or uri")
                : address(destination, new Address(null, destination.uri(), null, null), null);
    }

    private Resolution resolveService(Destination destination, SinkKey key) {
        String scheme = isEmpty(destination.caCerts()) ? "http" : "https";
        String url = scheme + "://" + key.name() + "." + key.namespace() + ".svc." + clusterDomain;
        return address(destination, new Address(null, url, null, null), destination.uri());
    }

    private static Resolution resolveAddressable(
            Destination destination, ObjectRef ref, SinkKey key, List<Address> addresses) {
        return addresses.stream()
                .filter(address -> isEmpty(ref.address()) || Objects.equals(ref.address(), address.name()))
                .findFirst()
                .map(address -> address(destination, address, destination.uri()))
                .orElseGet(() -> new Unresolved(
                        NOT_FOUND,
                        key + " has no address" + (isEmpty(ref.address()) ? "" : " named " + ref.address())
                                + " in its status yet"));
    }

    private static Resolution address(Destination destination, Address address, @Nullable String path) {
        try {
            URI base = new URI(address.url());
            if (!base.isAbsolute() || base.getHost() == null) {
                return new Unresolved(INVALID_URI, address.url() + " is not an absolute URL with a host");
            }
            return new SinkAddress(
                    path == null ? address.url() : resolvePath(base, path),
                    isEmpty(destination.caCerts()) ? address.caCerts() : destination.caCerts(),
                    isEmpty(destination.audience()) ? address.audience() : destination.audience());
        } catch (URISyntaxException e) {
            return new Unresolved(INVALID_URI, "not a URL: " + e.getMessage());
        }
    }

    /** Adds a path to a base without one, because {@code URI.resolve} would append a relative name to the host. */
    private static String resolvePath(URI base, String path) throws URISyntaxException {
        URI rooted = base.getRawPath().isEmpty() ? base.resolve("/") : base;
        return rooted.resolve(new URI(path)).toString();
    }

    private static boolean isEmpty(@Nullable String text) {
        return text == null || text.isEmpty();
    }
}

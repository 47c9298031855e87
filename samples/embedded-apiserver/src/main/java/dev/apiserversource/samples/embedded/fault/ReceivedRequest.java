package dev.apiserversource.samples.embedded.fault;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A request as the server received it.
 *
 * @param parameters decoded query parameters; the first value of a repeated one
 * @param headers by lower-case name, without {@code authorization}
 */
public record ReceivedRequest(String method, String path, Map<String, String> parameters, Map<String, String> headers) {

    public ReceivedRequest {
        parameters = Map.copyOf(parameters);
        headers = Map.copyOf(headers);
    }

    /** The request without its body. */
    public static ReceivedRequest of(HttpServerRequest request) {
        Map<String, String> headers = firstValues(request.headers());
        headers.remove("authorization");
        // CONNECT has no path.
        String path = Objects.requireNonNullElse(request.path(), "");
        return new ReceivedRequest(request.method().name(), path, firstValues(request.params()), headers);
    }

    /** The value of a query parameter; empty when absent. */
    public String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** The value of a header; empty when absent. */
    public String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** Whether this is a watch request. */
    public boolean isWatch() {
        return method.equals("GET")
                && (parameter("watch").equals("true") || parameter("watch").equals("1"));
    }

    private static Map<String, String> firstValues(MultiMap multi) {
        Map<String, String> map = new TreeMap<>();
        multi.forEach(map::putIfAbsent);
        return map;
    }
}

package dev.apiserversource.samples.embedded;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A request as it came in, for tests to look at.
 *
 * @param parameters the query, decoded; of a repeated parameter the first value
 * @param headers by lower-case name; without {@code authorization}, which is nobody's business
 */
public record ReceivedRequest(String method, String path, Map<String, String> parameters, Map<String, String> headers) {

    public ReceivedRequest {
        parameters = Map.copyOf(parameters);
        headers = Map.copyOf(headers);
    }

    static ReceivedRequest of(HttpServerRequest request) {
        Map<String, String> headers = firstValues(request.headers());
        headers.remove("authorization");
        // A request without a path, such as CONNECT, is one for nothing we have.
        String path = Objects.requireNonNullElse(request.path(), "");
        return new ReceivedRequest(request.method().name(), path, firstValues(request.params()), headers);
    }

    /** The value of a query parameter, empty when it is not there. */
    public String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** The value of a header, empty when it is not there. */
    public String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** Whether this asks for a watch. */
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

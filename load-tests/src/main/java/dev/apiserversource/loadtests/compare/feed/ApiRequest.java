package dev.apiserversource.loadtests.compare.feed;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One request to the API server.
 *
 * @param method for example GET
 * @param path decoded
 * @param query decoded parameters
 * @param accept the Accept header, empty without one
 */
record ApiRequest(String method, String path, Map<String, String> query, String accept) {

    /** Parses the request target of a request line. */
    static ApiRequest of(String method, String target, String accept) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        Map<String, String> query = new HashMap<>();
        if (mark >= 0) {
            for (String parameter : target.substring(mark + 1).split("&", -1)) {
                String[] pair = parameter.split("=", 2);
                query.put(decoded(pair[0]), pair.length > 1 ? decoded(pair[1]) : "");
            }
        }
        return new ApiRequest(method, decoded(path), query, accept);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    String parameter(String name) {
        return query.getOrDefault(name, "");
    }

    boolean isTrue(String name) {
        return parameter(name).equals("true") || parameter(name).equals("1");
    }

    /** Whether an object without labels and with any name is selected. */
    boolean selectsUnlabelled() {
        boolean labels = Stream.of(parameter("labelSelector").split(",", -1))
                .allMatch(term -> term.isEmpty() || term.contains("!") || term.contains(" notin "));
        return labels && parameter("fieldSelector").isEmpty();
    }
}

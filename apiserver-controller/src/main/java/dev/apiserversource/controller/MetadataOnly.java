package dev.apiserversource.controller;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Lists and watches only the metadata of Services and Namespaces. Of a Service only the existence counts, of a
 * Namespace the labels, and clusters have many of both. fabric8's informers cannot ask for
 * <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches">metadata only</a>.
 */
final class MetadataOnly implements Interceptor {

    private static final Pattern COLLECTIONS =
            Pattern.compile("(^|.*/)api/v1/(namespaces|(namespaces/[^/]+/)?services)/?");
    private static final Pattern WATCH = Pattern.compile("(^|.*&)watch=true(&.*|$)");
    private static final String FORMAT = "application/json;as=%s;g=meta.k8s.io;v=v1,application/json";

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        if (COLLECTIONS.matcher(request.uri().getPath()).matches() && isRead(request)) {
            String query = Objects.requireNonNullElse(request.uri().getQuery(), "");
            boolean watch = WATCH.matcher(query).matches();
            builder.setHeader(
                    "Accept", FORMAT.formatted(watch ? "PartialObjectMetadata" : "PartialObjectMetadataList"));
        }
    }

    private static boolean isRead(HttpRequest request) {
        return request.method().equals("GET");
    }
}

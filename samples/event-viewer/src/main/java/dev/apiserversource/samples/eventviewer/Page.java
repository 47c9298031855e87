package dev.apiserversource.samples.eventviewer;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The files of the page, read once from the class path. Paths are looked up and never resolved. */
final class Page {

    /**
     * No inline script or style, nothing from elsewhere, no frame around it. In browsers with Trusted Types a text
     * cannot become HTML even by mistake.
     */
    static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");
    private static final List<String> FILES = List.of(
            "index.html",
            "style.css",
            "icon.svg",
            "app.js",
            "dom.js",
            "event-detail.js",
            "event-filters.js",
            "event-list.js",
            "event-model.js",
            "event-store.js",
            "json-text.js",
            "rate-chart.js",
            "stream.js");

    private final Map<String, File> files = new HashMap<>();

    Page() {
        FILES.forEach(name -> files.put("/" + name, read(name)));
        files.put("/", read("index.html"));
    }

    /**
     * A file.
     *
     * @param contentType its media type
     * @param content its bytes
     */
    record File(String contentType, Buffer content) {}

    /** The file at {@code path} of a URL; null when there is none. */
    @Nullable
    File file(@Nullable String path) {
        return files.get(path);
    }

    /** Sets the headers that every response has. */
    static void secure(MultiMap headers) {
        headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .set("X-Content-Type-Options", "nosniff")
                .set("X-Frame-Options", "DENY")
                .set("Referrer-Policy", "no-referrer")
                .set("Cross-Origin-Opener-Policy", "same-origin")
                .set("Cross-Origin-Resource-Policy", "same-origin");
    }

    private static File read(String name) {
        try (InputStream file = Page.class.getResourceAsStream("page/" + name)) {
            if (file == null) {
                throw new IllegalStateException("the file page/" + name + " is missing in the jar");
            }
            String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
            return new File(String.valueOf(type), Buffer.buffer(file.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read page/" + name, e);
        }
    }
}

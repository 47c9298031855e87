package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apiserversource.samples.embedded.store.Json;
import io.vertx.core.buffer.Buffer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Reads a watch frame by frame; fails when a frame does not arrive within 20 seconds. */
final class WatchReader {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;

    WatchReader(HttpResponse<InputStream> response) {
        this.response = response;
        this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** Type, object name and resourceVersion of a frame. */
    record Frame(String type, JsonNode object) {

        String name() {
            return Json.text(object, "metadata.name");
        }

        String resourceVersion() {
            return Json.text(object, "metadata.resourceVersion");
        }

        String summary() {
            return (type + " " + name()).trim();
        }
    }

    int code() {
        return response.statusCode();
    }

    Frame next() {
        return line().map(WatchReader::parse).orElseThrow(() -> new AssertionError("the watch has ended"));
    }

    List<String> next(int count) {
        return Stream.generate(this::next).limit(count).map(Frame::summary).toList();
    }

    /** The frames until the watch ends in order. */
    List<Frame> rest() {
        return Stream.generate(this::line)
                .takeWhile(Optional::isPresent)
                .flatMap(Optional::stream)
                .map(WatchReader::parse)
                .toList();
    }

    /** The next line, empty at the end of the stream; fails with UncheckedIOException when it breaks off. */
    Optional<String> line() {
        CompletableFuture<Optional<String>> line = CompletableFuture.supplyAsync(this::readLine);
        return line.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** The next frame, whenever it comes. */
    CompletableFuture<Frame> later() {
        return CompletableFuture.supplyAsync(() -> parse(readLine().orElseThrow()));
    }

    private Optional<String> readLine() {
        try {
            return Optional.ofNullable(lines.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Frame parse(String line) {
        JsonNode frame = Json.parse(Buffer.buffer(line));
        return new Frame(frame.path("type").asText(), frame.path("object"));
    }
}

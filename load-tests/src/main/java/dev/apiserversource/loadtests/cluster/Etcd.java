package dev.apiserversource.loadtests.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.loadtests.Patience;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** One etcd member, spoken to through its JSON gateway. */
final class Etcd {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper json = new ObjectMapper();
    private final ServerProcess process;
    private final URI url;
    private final Path data;

    Etcd(Path program, Path folder) {
        this.data = folder.resolve("etcd");
        this.url = URI.create("http://127.0.0.1:" + FreePort.next());
        this.process = new ServerProcess(command(program, data, url), folder.resolve("etcd.log"));
    }

    private static List<String> command(Path program, Path data, URI url) {
        String peer = "http://127.0.0.1:" + FreePort.next();
        return List.of(
                program.toString(),
                "--data-dir=" + data,
                "--listen-client-urls=" + url,
                "--advertise-client-urls=" + url,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer,
                // The data live as long as the test: no need to wait for the disk.
                "--unsafe-no-fsync",
                "--log-level=error");
    }

    URI url() {
        return url;
    }

    void start() {
        process.start();
        Patience.ofSeconds(30).until(() -> "etcd answers: " + process.lastWords(), this::answers);
    }

    void kill() {
        process.kill();
    }

    /** Removes what the killed etcd leaves on the disk: a hundred thousand objects are large. */
    void deleteData() {
        try (Stream<Path> files = Files.walk(data)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + data, e);
        }
    }

    /** Forgets every revision but the present one. */
    void compact() {
        long revision = post("/v3/kv/range", "{\"key\":\"Lw==\"}")
                .at("/header/revision")
                .asLong();
        post("/v3/kv/compaction", "{\"physical\":true,\"revision\":" + revision + "}");
    }

    private boolean answers() {
        try {
            post("/v3/maintenance/status", "{}");
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private JsonNode post(String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(url.resolve(path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("etcd " + path + ": " + answer.statusCode() + " " + answer.body());
            }
            return json.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

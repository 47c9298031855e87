package dev.apiserversource.loadtests.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.loadtests.process.LocalProcess;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * One etcd member, controlled through its JSON gateway.
 *
 * @see <a href="https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/">The gateway</a>
 */
final class Etcd {

    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper json = new ObjectMapper();
    private final LocalProcess process;
    private final URI url;
    private final Path data;

    Etcd(Path program, Path folder) {
        this.data = folder.resolve("etcd");
        this.url = URI.create("http://127.0.0.1:" + LocalProcess.freePort());
        this.process = new LocalProcess(command(program, data, url), folder.resolve("etcd.log"));
    }

    private static List<String> command(Path program, Path data, URI url) {
        String peer = "http://127.0.0.1:" + LocalProcess.freePort();
        return List.of(
                program.toString(),
                "--data-dir=" + data,
                "--listen-client-urls=" + url,
                "--advertise-client-urls=" + url,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer,
                // The data are deleted after the test, so a lost write does no harm.
                "--unsafe-no-fsync",
                "--log-level=error");
    }

    URI url() {
        return url;
    }

    void start() {
        process.start();
        process.await("etcd is ready", START_TIMEOUT, this::ready);
    }

    void kill() {
        process.kill();
    }

    /** Deletes the data of the killed etcd: 100,000 objects take much room on the disk. */
    void deleteData() {
        if (!Files.exists(data)) {
            return;
        }
        try (Stream<Path> files = Files.walk(data)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + data, e);
        }
    }

    /** Compacts all revisions before the current one. */
    void compact() {
        long revision = post("/v3/kv/range", "{\"key\":\"Lw==\"}")
                .at("/header/revision")
                .asLong();
        post("/v3/kv/compaction", "{\"physical\":true,\"revision\":" + revision + "}");
    }

    private boolean ready() {
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
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException("etcd " + path + ": " + response.statusCode() + " " + response.body());
            }
            return json.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

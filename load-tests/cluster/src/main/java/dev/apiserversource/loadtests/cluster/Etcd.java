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
    private final Path copy;

    Etcd(Path program, Path folder) {
        this.data = folder.resolve("etcd");
        this.copy = folder.resolve("etcd-copy");
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

    /** Copies the data, as a backup does. The member is down meanwhile. */
    void saveData() {
        kill();
        delete(copy);
        copy(data, copy);
        start();
    }

    /** Replaces the data by the copy: all later revisions are lost. */
    void restoreData() {
        kill();
        delete(data);
        copy(copy, data);
        start();
    }

    /** Deletes the data of the killed etcd: 100,000 objects take much room on the disk. */
    void deleteData() {
        delete(data);
        delete(copy);
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy " + from, e);
        }
    }

    /** The current revision. */
    long revision() {
        return post("/v3/kv/range", "{\"key\":\"Lw==\"}").at("/header/revision").asLong();
    }

    /** Compacts all revisions before the current one. */
    void compact() {
        post("/v3/kv/compaction", "{\"physical\":true,\"revision\":" + revision() + "}");
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

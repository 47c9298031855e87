package dev.apiserversource.frame.kube;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.kube.ApiObjects.Answer;
import io.fabric8.kubernetes.client.Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** Credentials in files that are replaced while a client uses them. */
class TokenInterceptorTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private volatile String accepted = "Bearer first";
    private HttpServer server;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() {
        server = Await.result(
                vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
    }

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    private void answer(HttpServerRequest request) {
        String authorization = request.getHeader("Authorization");
        received.add(authorization);
        request.response()
                .setStatusCode(accepted.equals(authorization) ? 200 : 401)
                .end("{}");
    }

    private Path write(String file, String content) {
        try {
            return Files.writeString(directory.resolve(file), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path kubeconfig(String user) {
        return write("config", """
                apiVersion: v1
                kind: Config
                current-context: test
                contexts: [{name: test, context: {cluster: test, user: test}}]
                clusters: [{name: test, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: test, user: {%s}}]
                """.formatted(server.actualPort(), user));
    }

    private ApiObjects objects(Config config) {
        KubeHttp client = KubeClients.http(vertx, config, TIMEOUT);
        return new ApiObjects(client, vertx.getOrCreateContext(), TIMEOUT);
    }

    private static int get(ApiObjects objects) {
        return Await.result(objects.get("/api/v1")).status();
    }

    @Test
    void aRotatedTokenOfTheServiceAccountIsRead() {
        System.setProperty(
                Config.KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN_FILE_SYSTEM_PROPERTY,
                write("token", "first").toString());
        System.setProperty(Config.KUBERNETES_AUTH_TRYKUBECONFIG_SYSTEM_PROPERTY, "false");
        System.setProperty(Config.KUBERNETES_MASTER_SYSTEM_PROPERTY, "http://127.0.0.1:" + server.actualPort());
        try {
            ApiObjects objects = objects(Config.autoConfigure(null));
            assertThat(get(objects)).isEqualTo(200);
            write("token", "second");
            accepted = "Bearer second";

            assertThat(get(objects)).isEqualTo(200);
            assertThat(received).containsExactly("Bearer first", "Bearer first", "Bearer second");
        } finally {
            System.clearProperty(Config.KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN_FILE_SYSTEM_PROPERTY);
            System.clearProperty(Config.KUBERNETES_AUTH_TRYKUBECONFIG_SYSTEM_PROPERTY);
            System.clearProperty(Config.KUBERNETES_MASTER_SYSTEM_PROPERTY);
        }
    }

    @Test
    void aRefusedTokenThatDidNotChangeIsNotSentAgain() {
        ApiObjects objects =
                objects(Config.fromKubeconfig(kubeconfig("token: first").toFile()));
        accepted = "another";

        assertThat(get(objects)).isEqualTo(401);
        assertThat(received).hasSize(1);
    }

    @Test
    void anUnreadableKubeconfigLeavesTheCredentialsAsTheyAre() {
        ApiObjects objects =
                objects(Config.fromKubeconfig(kubeconfig("token: first").toFile()));
        write("config", "apiVersion: v1\nkind: Config\nusers: [{name: ");
        accepted = "another";
        assertThat(get(objects)).isEqualTo(401);
        accepted = "Bearer first";

        assertThat(get(objects)).isEqualTo(200);
    }

    @Test
    void theExecPluginRunsOnceForManyRefusedRequests() throws IOException {
        Path runs = write("runs", "");
        Path plugin = write("plugin", """
                #!/bin/sh
                echo run >> %s
                echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",\
                "status":{"token":"first"}}'
                """.formatted(runs));
        assertThat(plugin.toFile().setExecutable(true)).isTrue();
        ApiObjects objects = objects(Config.fromKubeconfig(
                kubeconfig("exec: {apiVersion: client.authentication.k8s.io/v1, command: %s, interactiveMode: Never}"
                                .formatted(plugin))
                        .toFile()));
        int before = Files.readAllLines(runs).size();
        accepted = "another";

        List<Future<Answer>> answers =
                IntStream.range(0, 20).mapToObj(i -> objects.get("/api/v1")).toList();
        assertThat(answers.stream().map(Await::result).map(Answer::status)).containsOnly(401);
        assertThat(Files.readAllLines(runs).size() - before).isLessThan(20);
    }

    @Test
    void anExceptionOfTheClientIsAnAnswer() {
        KubeHttp client = KubeClients.http(
                vertx, Config.fromKubeconfig(kubeconfig("token: first").toFile()), TIMEOUT);
        ApiObjects objects = new ApiObjects(client, vertx.getOrCreateContext(), TIMEOUT);

        assertThat(Await.result(objects.get(" not a path")).status()).isZero();
    }
}

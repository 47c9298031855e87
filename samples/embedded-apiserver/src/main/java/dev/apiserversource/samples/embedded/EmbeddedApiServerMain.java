package dev.apiserversource.samples.embedded;

import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;

/** Runs an embedded API server by itself: port {@code PORT} (8001), kubeconfig {@code KUBECONFIG_OUT} (in the temporary directory). */
public final class EmbeddedApiServerMain {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedApiServerMain.class);

    private EmbeddedApiServerMain() {}

    /** Takes no arguments; runs until it is killed. Exit code 1 when the port is taken. */
    public static void main(String[] args) {
        int port = Integer.parseInt(environment("PORT", "8001"));
        Path kubeconfig = Path.of(environment(
                "KUBECONFIG_OUT",
                System.getProperty("java.io.tmpdir") + "/embedded-apiserver-" + port + ".kubeconfig"));
        Vertx vertx = Vertx.vertx();
        EmbeddedApiServer.start(vertx, EmbeddedApiServerOptions.defaults().withPort(port))
                .onSuccess(server -> log.atInfo()
                        .addKeyValue("url", server.url())
                        .addKeyValue("kubeconfig", server.writeKubeconfig(kubeconfig))
                        .log("embedded API server started"))
                .onFailure(failure -> {
                    log.atError().addKeyValue("port", port).setCause(failure).log("cannot start");
                    System.exit(1);
                });
    }

    private static String environment(String name, String otherwise) {
        return System.getenv().getOrDefault(name, otherwise);
    }
}

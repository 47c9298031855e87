package dev.apiserversource.samples.embedded;

import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;

/**
 * Runs an embedded API server by itself. {@code PORT} is where it listens (8001), {@code KUBECONFIG_OUT} the kubeconfig
 * that it writes (a file in the temporary directory).
 */
public final class EmbeddedApiServerMain {

    private EmbeddedApiServerMain() {}

    /** Takes no arguments; runs until it is killed. Exit code 1 when it cannot listen. */
    public static void main(String[] args) {
        // Before the first logger; not under logback's usual name, which belongs to whoever has this on the class path.
        System.setProperty("logback.configurationFile", "embedded-apiserver-logback.xml");
        Logger log = LoggerFactory.getLogger(EmbeddedApiServerMain.class);
        int port = Integer.parseInt(environment("PORT", "8001"));
        String kubeconfig = environment(
                "KUBECONFIG_OUT", System.getProperty("java.io.tmpdir") + "/embedded-apiserver-" + port + ".kubeconfig");
        EmbeddedApiServer.start(
                        Vertx.vertx(), EmbeddedApiServerOptions.defaults().withPort(port))
                .onSuccess(server -> log.atInfo()
                        .addKeyValue("url", server.url())
                        .addKeyValue("kubeconfig", server.writeKubeconfig(Path.of(kubeconfig)))
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

package dev.apiserversource.samples.embedded;

import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;

/**
 * Runs an embedded API server as a process. Environment: {@code PORT} (default 8001) and {@code KUBECONFIG_OUT}, the
 * kubeconfig to write (default: a file in the temporary directory).
 */
public final class EmbeddedApiServerMain {

    private EmbeddedApiServerMain() {}

    /** Takes no arguments and runs until the process is killed. Exit code 1 when the port is in use. */
    public static void main(String[] args) {
        // Set before the first logger is made. logback.xml is left to programs that have this jar on their class path.
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
                    log.atError().addKeyValue("port", port).setCause(failure).log("embedded API server not started");
                    System.exit(1);
                });
    }

    private static String environment(String name, String defaultValue) {
        return System.getenv().getOrDefault(name, defaultValue);
    }
}

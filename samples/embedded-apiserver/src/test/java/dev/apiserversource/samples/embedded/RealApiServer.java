package dev.apiserversource.samples.embedded;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A real etcd and kube-apiserver for the tests of one class, and a client of it. Skips the class when the environment
 * variable {@code KUBE_API_TEST_DIR} does not name a folder of their programs.
 */
final class RealApiServer extends ApiClient implements BeforeAllCallback, AfterAllCallback {

    private static final String FOLDER = System.getenv(KubeAPIServerConfigBuilder.KUBE_API_TEST_DIR);

    private final String token = UUID.randomUUID().toString();
    private KubeAPIServer server;
    private Path tokens;
    private String url;
    private HttpClient http;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        assumeTrue(FOLDER != null, "skipped: KUBE_API_TEST_DIR names no folder with etcd and kube-apiserver");
        tokens = Files.writeString(Files.createTempFile("tokens", ".csv"), token + ",admin,admin,\"system:masters\"\n");
        server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withTestDir(FOLDER)
                .withOfflineMode(true)
                .withApiServerFlag("--token-auth-file", tokens.toString())
                // Old revisions are gone after two intervals instead of after ten minutes.
                .withApiServerFlag("--etcd-compaction-interval", "1s")
                .build());
        server.start();
        String kubeconfig = server.getKubeConfigYaml();
        url = find("server: \"?(https://[^\"\\s]+)", kubeconfig);
        byte[] authority = Files.readAllBytes(Path.of(find("certificate-authority: \"?([^\"\\s]+)", kubeconfig)));
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trusting(authority))
                .build();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (server != null) {
            server.stop();
            Files.delete(tokens);
        }
    }

    @Override
    String url() {
        return url;
    }

    @Override
    HttpClient http() {
        return http;
    }

    @Override
    String token() {
        return token;
    }

    private static String find(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in the kubeconfig");
        }
        return matcher.group(1);
    }

    private static SSLContext trusting(byte[] authority) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        store.setCertificateEntry(
                "authority",
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(authority)));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}

package dev.apiserversource.samples.embedded;

import dev.apiserversource.loadtests.cluster.ApiServerOption;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.ControlPlaneExtension;
import dev.apiserversource.loadtests.cluster.ControlPlaneTest;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

/** The protocol cases against a real kube-apiserver, so that the embedded one stays true to it. */
@ControlPlaneTest
class ProtocolRealIT extends ProtocolCases {

    @RegisterExtension
    static final Administrator ADMINISTRATOR = new Administrator();

    @Override
    ApiClient api() {
        return ADMINISTRATOR;
    }

    /** The API server compacts etcd by itself; the cases wait for it. */
    @Override
    void compact() {}

    /** Requests of the administrator to the control plane. */
    static final class Administrator extends ApiClient implements BeforeAllCallback {

        private ControlPlane plane;
        private HttpClient http;

        @Override
        public void beforeAll(ExtensionContext context) throws IOException, GeneralSecurityException {
            plane = ControlPlaneExtension.shared(context, ApiServerOption.FREQUENT_COMPACTION);
            http = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(trusting(plane.certificate()))
                    .build();
        }

        @Override
        String url() {
            return plane.url().toString();
        }

        @Override
        HttpClient http() {
            return http;
        }

        @Override
        String token() {
            return plane.adminToken();
        }

        private static SSLContext trusting(Path certificate) throws IOException, GeneralSecurityException {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null);
            try (InputStream pem = Files.newInputStream(certificate)) {
                store.setCertificateEntry(
                        "kube-apiserver",
                        CertificateFactory.getInstance("X.509").generateCertificate(pem));
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        }
    }
}

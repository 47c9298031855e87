package dev.apiserversource.frame.delivery;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * Trusts the system's certificates, those of a variable, and those in a folder of trust bundles, which are read again
 * when they have changed. They are looked at in each handshake: handshakes are rare, and no connection is refused
 * because of certificates that have been replaced.
 */
final class ReloadingTrustManager extends X509ExtendedTrustManager {

    private static final Logger log = LoggerFactory.getLogger(ReloadingTrustManager.class);

    private final String fixed;
    private final Path folder;
    private @Nullable X509ExtendedTrustManager current;
    private String version = "";

    /**
     * Reads {@code fixed} at once, the folder when it is needed.
     *
     * @throws IllegalArgumentException when {@code fixed} holds an unreadable certificate
     */
    ReloadingTrustManager(Optional<String> fixed, Path folder) {
        fixed.ifPresent(TrustedCertificates::systemAnd);
        this.fixed = fixed.orElse("");
        this.folder = folder;
    }

    /** What is trusted now. Files that cannot be read, as while they are replaced, change nothing. */
    private X509ExtendedTrustManager current() {
        try {
            String found = TrustBundle.version(folder);
            if (current == null || !found.equals(version)) {
                return load(found);
            }
        } catch (UncheckedIOException | IllegalArgumentException unreadable) {
            log.atWarn().addKeyValue("folder", folder).setCause(unreadable).log("trust bundles cannot be read");
        }
        return current == null ? TrustedCertificates.manager(fixed) : current;
    }

    private X509ExtendedTrustManager load(String found) {
        String bundles = TrustBundle.read(folder).orElse("");
        String separator = fixed.isEmpty() || bundles.isEmpty() ? "" : "\n";
        X509ExtendedTrustManager loaded = TrustedCertificates.manager(fixed + separator + bundles);
        if (current != null) {
            log.atInfo().addKeyValue("folder", folder).log("trust bundles changed, certificates read again");
        }
        current = loaded;
        version = found;
        return loaded;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        current().checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        current().checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        current().checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        current().checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        current().checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        current().checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return current().getAcceptedIssuers();
    }
}

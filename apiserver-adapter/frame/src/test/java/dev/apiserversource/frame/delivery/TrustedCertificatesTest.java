package dev.apiserversource.frame.delivery;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TrustedCertificatesTest {

    @Test
    void trustsEveryCertificateOfThePemAndThoseOfTheSystem(@TempDir Path directory) throws Exception {
        String pem = TestAuthority.create(directory, "first").pem()
                + TestAuthority.create(directory, "second").pem();

        List<String> issuers = Arrays.stream(TrustedCertificates.systemAnd(pem)
                        .getTrustManagerFactory(null)
                        .getTrustManagers())
                .flatMap(TrustedCertificatesTest::issuers)
                .toList();

        assertThat(issuers).contains("CN=first", "CN=second").hasSizeGreaterThan(2);
    }

    private static Stream<String> issuers(TrustManager manager) {
        return Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers())
                .map(certificate -> certificate.getSubjectX500Principal().getName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n"})
    void refusesAnUnreadableCertificate(String pem) {
        assertThatThrownBy(() -> TrustedCertificates.systemAnd(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("CA certificates");
    }

    @Test
    void refusesPemWithoutACertificate() {
        assertThatThrownBy(() -> TrustedCertificates.systemAnd(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no certificate");
    }
}

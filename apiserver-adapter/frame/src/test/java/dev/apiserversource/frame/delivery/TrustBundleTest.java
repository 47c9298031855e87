package dev.apiserversource.frame.delivery;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

class TrustBundleTest {

    @TempDir
    private Path keys;

    @TempDir
    private Path mounted;

    /** The kubelet mounts each file as a link into a folder that it replaces as a whole. */
    @Test
    void readsEachMountedFileOnce() throws IOException {
        Path version = Files.createDirectory(mounted.resolve("..2026_01_02"));
        Files.createSymbolicLink(mounted.resolve("..data"), version);
        String first = TestAuthority.create(keys, "first").pem();
        String second = TestAuthority.create(keys, "second").pem();
        Files.writeString(version.resolve("a.pem"), first);
        Files.writeString(version.resolve("b.crt"), second);
        Files.createSymbolicLink(mounted.resolve("a.pem"), Path.of("..data/a.pem"));
        Files.createSymbolicLink(mounted.resolve("b.crt"), Path.of("..data/b.crt"));

        assertThat(TrustBundle.read(mounted)).contains(first + "\n" + second);
    }

    @Test
    void leavesOutFilesThatAreNoCertificate() throws IOException {
        String pem = TestAuthority.create(keys, "first").pem();
        Files.writeString(mounted.resolve("a.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
        Files.write(mounted.resolve("b"), new byte[] {(byte) 0xff, 0, 1});
        Files.writeString(mounted.resolve("c.pem"), pem);

        assertThat(TrustBundle.read(mounted)).contains(pem);
    }

    @Test
    void isEmptyWithoutAFolderOrCertificates() {
        assertThat(TrustBundle.read(mounted)).isEmpty();
        assertThat(TrustBundle.read(mounted.resolve("missing"))).isEmpty();
    }
}

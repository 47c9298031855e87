package dev.apiserversource.samples.embedded;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.KeyStoreOptions;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** A key for the loopback address with a certificate that vouches for itself, made anew by the JDK's keytool. */
record SelfSignedKey(Buffer keyStore, String password) {

    private static final String ALIAS = "embedded";

    /** Takes about half a second; fails when this JDK has no keytool. */
    static SelfSignedKey create(String password) {
        try {
            Path folder = Files.createTempDirectory("embedded-apiserver");
            Path file = folder.resolve("key.p12");
            try {
                runKeytool(file, password);
                return new SelfSignedKey(Buffer.buffer(Files.readAllBytes(file)), password);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a key", e);
        }
    }

    private static void runKeytool(Path file, String password) throws IOException {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process = new ProcessBuilder(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=embedded-apiserver",
                        "-ext",
                        "SAN=IP:127.0.0.1,DNS:localhost",
                        "-ext",
                        "BC=ca:true",
                        "-validity",
                        "30",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        password)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!Files.exists(file)) {
            throw new IOException("keytool made no key: " + output);
        }
    }

    KeyStoreOptions options() {
        return new KeyStoreOptions().setType("PKCS12").setValue(keyStore).setPassword(password);
    }

    /** The certificate that a client has to trust. */
    String certificatePem() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(keyStore.getBytes()), password.toCharArray());
            byte[] lineEnd = {'\n'};
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, lineEnd)
                            .encodeToString(store.getCertificate(ALIAS).getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the key that was just made cannot be read", e);
        }
    }
}

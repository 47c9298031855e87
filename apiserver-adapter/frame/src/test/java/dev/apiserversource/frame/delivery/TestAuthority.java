package dev.apiserversource.frame.delivery;

import io.vertx.core.net.PfxOptions;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate authority for one test class, created with the keytool of the running JDK. */
public final class TestAuthority {

    private static final String PASSWORD = "changeit";

    private final Path store;
    private final String name;

    private TestAuthority(Path store, String name) {
        this.store = store;
        this.name = name;
    }

    /** Creates an authority that stores its keys in {@code directory}. */
    public static TestAuthority create(Path directory, String name) {
        TestAuthority authority = new TestAuthority(directory.resolve(name + ".p12"), name);
        authority.generate(name, "-ext", "bc:critical=ca:true");
        return authority;
    }

    /** Key and certificate of the server {@code host}, signed by this authority. */
    public PfxOptions serverNamed(String host) {
        generate(host, "-signer", name, "-ext", "san=dns:" + host);
        return new PfxOptions().setPath(store.toString()).setPassword(PASSWORD).setAlias(host);
    }

    private void generate(String alias, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                alias,
                "-dname",
                "CN=" + alias,
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
        command.addAll(List.of(more));
        run(command);
    }

    private static void run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool: " + output);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("keytool", e);
        }
    }

    /** The certificate of the authority. */
    public String pem() {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            String der = Base64.getMimeEncoder()
                    .encodeToString(keys.getCertificate(name).getEncoded());
            return "-----BEGIN CERTIFICATE-----\n" + der + "\n-----END CERTIFICATE-----\n";
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the certificate of " + name, e);
        }
    }
}

package dev.apiserversource.samples.heartbeats;

import org.jspecify.annotations.Nullable;

import javax.net.ssl.SSLSocketFactory;
import java.nio.file.Path;
import java.time.Clock;

/** The program. It ends by SIGTERM, or after one event if {@code ONE_SHOT} is true. */
public final class HeartbeatsMain {

    /** Where a SinkBinding or a ContainerSource mounts the token for a sink with an audience. */
    private static final Path TOKEN = Path.of("/oidc/token");

    /** Where they mount trust bundles. */
    private static final Path TRUST_BUNDLES = Path.of("/knative-custom-certs");

    private HeartbeatsMain() {}

    /** Exits with code 1 for an invalid setting, and when the event of a one-shot program was not accepted. */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            Settings settings = Settings.from(System.getenv(), arguments);
            HttpSender sender = new HttpSender(settings.sink(), trust(settings), TOKEN);
            boolean sent = new Heartbeats(
                            settings,
                            sender::send,
                            Clock.systemUTC(),
                            time -> Thread.sleep(time.toMillis()),
                            System.err)
                    .run();
            System.exit(sent ? 0 : 1);
        } catch (InvalidSettingException e) {
            System.err.println("heartbeats: " + e.getMessage());
            System.exit(1);
        }
    }

    /** That of the Java runtime without additional certificates: TLS is slow to start. */
    private static @Nullable SSLSocketFactory trust(Settings settings) throws InvalidSettingException {
        String bundles = TrustedCertificates.read(TRUST_BUNDLES);
        String pem = settings.caCerts() + "\n" + bundles;
        return pem.isBlank() ? null : TrustedCertificates.systemAnd(pem);
    }
}

package dev.apiserversource.samples.heartbeats;

import java.time.Clock;

/** The program. It ends by SIGTERM, or after one event if {@code ONE_SHOT} is true. */
public final class HeartbeatsMain {

    private HeartbeatsMain() {}

    /** Exits with code 1 for an invalid setting, and when the event of a one-shot program was not accepted. */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            Settings settings = Settings.from(System.getenv(), arguments);
            HttpSender sender = new HttpSender(
                    settings.sink(),
                    settings.caCerts().isEmpty() ? null : TrustedCertificates.systemAnd(settings.caCerts()));
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
}

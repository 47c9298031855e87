package dev.apiserversource.samples.heartbeats;

import org.jspecify.annotations.Nullable;

import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Sends events in binary content mode. HttpURLConnection, because {@code java.net.http} takes a second longer to
 * start.
 *
 * @param sink where events are sent
 * @param tls the trust of an https sink; null for that of the system
 * @param token file with the token to send; read for each event, because it is renewed. None is sent without the file
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md">HTTP
 *     protocol binding</a>
 */
record HttpSender(URL sink, @Nullable SSLSocketFactory tls, Path token) {

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int SUCCESS = 2;
    private static final int CLASS_OF_STATUS = 100;
    private static final char FIRST_PRINTABLE = 0x21;
    private static final char LAST_PRINTABLE = 0x7E;

    /**
     * Returns when the sink has answered 2xx.
     *
     * @throws IOException for any other answer, or none
     */
    void send(Heartbeat event) throws IOException {
        byte[] data = event.data().getBytes(StandardCharsets.UTF_8);
        HttpURLConnection connection = connection();
        event.attributes().forEach((name, value) -> connection.setRequestProperty("ce-" + name, encoded(value)));
        connection.setRequestProperty("Content-Type", Heartbeat.CONTENT_TYPE);
        if (Files.isReadable(token)) {
            connection.setRequestProperty(
                    "Authorization", "Bearer " + Files.readString(token).strip());
        }
        connection.setFixedLengthStreamingMode(data.length);
        try (OutputStream body = connection.getOutputStream()) {
            body.write(data);
        }
        int status = connection.getResponseCode();
        if (status / CLASS_OF_STATUS != SUCCESS) {
            throw new IOException("the sink answered " + status);
        }
        // A body that is read to its end leaves the connection open for the next event.
        connection.getInputStream().readAllBytes();
    }

    private HttpURLConnection connection() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) sink.openConnection();
        if (tls != null && connection instanceof HttpsURLConnection https) {
            https.setSSLSocketFactory(tls);
        }
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        return connection;
    }

    /** Percent-encodes what section 3.1.3.2 of the binding demands: controls, spaces, quotes, percents, non-ASCII. */
    static String encoded(String value) {
        StringBuilder header = new StringBuilder();
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (octet & 0xFF);
            boolean plain =
                    character >= FIRST_PRINTABLE && character <= LAST_PRINTABLE && character != '"' && character != '%';
            header.append(plain ? String.valueOf(character) : String.format("%%%02X", (int) character));
        }
        return header.toString();
    }
}

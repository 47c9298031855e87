package dev.apiserversource.samples.eventviewer;

import dev.apiserversource.samples.eventreceiver.EventReceiver;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The environment of the viewer.
 *
 * @param address to listen on; port 0 takes a free one
 * @param forwardTo the sink to which events are passed on; null for none
 * @param maxEvents how many events are kept
 * @param maxBytes how many bytes the kept events may have together
 */
record Settings(SocketAddress address, @Nullable URI forwardTo, int maxEvents, int maxBytes) {

    /** A single event must fit, with its attributes and the start of its data once more. */
    private static final int LEAST_BYTES = EventReceiver.MAX_BODY + 1024 * 1024;

    private static final int MOST_BYTES = 1024 * 1024 * 1024;

    /**
     * Reads HOST, PORT, FORWARD_TO, MAX_EVENTS and MAX_BYTES. A blank variable counts as absent.
     *
     * @throws IllegalArgumentException with every problem: the variable, its value and the remedy
     */
    static Settings of(Map<String, String> environment) {
        Reader reader = new Reader(environment);
        int port = reader.number("PORT", 8080, 0, 65_535);
        SocketAddress address =
                SocketAddress.inetSocketAddress(port, reader.text("HOST", HttpServerOptions.DEFAULT_HOST));
        Settings settings = new Settings(
                address,
                reader.sink("FORWARD_TO"),
                reader.number("MAX_EVENTS", 10_000, 1, 1_000_000),
                reader.number("MAX_BYTES", 32 * 1024 * 1024, LEAST_BYTES, MOST_BYTES));
        if (!reader.problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", reader.problems));
        }
        return settings;
    }

    private record Reader(Map<String, String> environment, List<String> problems) {

        Reader(Map<String, String> environment) {
            this(environment, new ArrayList<>());
        }

        String text(String name, String absent) {
            String value = environment.getOrDefault(name, "").strip();
            return value.isEmpty() ? absent : value;
        }

        int number(String name, int absent, int least, int most) {
            String value = text(name, Integer.toString(absent));
            try {
                int number = Integer.parseInt(value);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException notANumber) {
                // Reported below, like a number out of range.
            }
            problems.add(name + " is '" + value + "': give a number from " + least + " to " + most);
            return absent;
        }

        @Nullable
        URI sink(String name) {
            String value = text(name, "");
            if (value.isEmpty()) {
                return null;
            }
            try {
                URI uri = new URI(value);
                if (Set.of("http", "https").contains(String.valueOf(uri.getScheme()))
                        && uri.getHost() != null
                        && uri.getUserInfo() == null) {
                    return uri;
                }
            } catch (URISyntaxException notAUri) {
                // Reported below, like a URI of another form.
            }
            problems.add(name + " is no sink: give an absolute URL such as http://event-display.default.svc, "
                    + "without user and password");
            return null;
        }
    }
}

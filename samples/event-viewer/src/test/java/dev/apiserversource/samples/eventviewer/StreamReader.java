package dev.apiserversource.samples.eventviewer;

import io.vertx.core.json.JsonObject;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Reads server-sent events, message by message. */
final class StreamReader implements AutoCloseable {

    private final BufferedReader lines;

    StreamReader(InputStream stream) {
        lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    /** One message; {@code id} is empty when it has none. */
    record Message(String name, String id, JsonObject data) {}

    /** The next message that is called {@code name}; others are skipped. Blocks until it is there. */
    Message next(String name) throws IOException {
        Message message = next();
        while (!message.name().equals(name)) {
            message = next();
        }
        return message;
    }

    /** The next message. */
    Message next() throws IOException {
        String name = "";
        String id = "";
        String data = "";
        for (String line = line(); !line.isEmpty(); line = line()) {
            String value = line.substring(line.indexOf(": ") + 2);
            switch (line.substring(0, line.indexOf(':'))) {
                case "event" -> name = value;
                case "id" -> id = value;
                case "data" -> data = value;
                default -> throw new AssertionError("unknown line: " + line);
            }
        }
        return new Message(name, id, new JsonObject(data));
    }

    private String line() throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new AssertionError("the stream ended");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}

package dev.apiserversource.frame.config;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The environment variables of this process, read as UTF-8, which is what a controller writes.
 *
 * <p>{@link System#getenv} decodes them by the locale, in JDK 25 as in JDK 17. In a container without a locale that is
 * ASCII, and {@code grün} becomes {@code gr??n}. Linux still has the bytes.
 */
public final class ProcessEnvironment {

    private static final Path BYTES = Path.of("/proc/self/environ");

    private ProcessEnvironment() {}

    public static Map<String, String> read() {
        boolean utf8 = StandardCharsets.UTF_8.equals(Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
        if (utf8 || !Files.isReadable(BYTES)) {
            return System.getenv();
        }
        try {
            return parse(Files.readString(BYTES));
        } catch (IOException unreadable) {
            return System.getenv();
        }
    }

    /** Parses {@code NAME=value}, each ended by a zero. */
    static Map<String, String> parse(String text) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String variable : text.split("\0", -1)) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                variables.putIfAbsent(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return variables;
    }
}

package dev.apiserversource.frame;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Logs that the JVM runs without the AOT cache it was started with. It then starts more slowly and needs more memory,
 * and says why in plain text lines.
 *
 * <p>The name of the virtual machine tells whether a cache is in use. No class of {@code java.lang.management} is
 * loaded for it, which would take longer than the rest of the start.
 */
final class AotCache {

    /** System property: the file that {@code -XX:AOTCache} names. The image sets both. */
    static final String FILE = "apiserversource.aotCache";

    private static final Logger log = LoggerFactory.getLogger(AotCache.class);

    private AotCache() {}

    /** Logs a warning if a cache should be in use and is not. */
    static void check() {
        problem(System.getProperty(FILE, ""), System.getProperty("java.vm.info", ""))
                .ifPresent(why -> log.atWarn().addKeyValue("detail", why).log("AOT cache not used, slower start"));
    }

    /**
     * Why {@code file} is not in use; empty when it is, or when there is none.
     *
     * @param vmInfo {@code java.vm.info}, such as {@code mixed mode, sharing}
     */
    static Optional<String> problem(String file, String vmInfo) {
        if (file.isEmpty() || vmInfo.contains("sharing")) {
            return Optional.empty();
        }
        return Optional.of(
                Files.isReadable(Path.of(file))
                        ? file + " was made with other options, another Java runtime or other jars;"
                                + " the lines of the JVM before this one, or -Xlog:aot, have the reason"
                        : file + " cannot be read; this image was built without it");
    }
}

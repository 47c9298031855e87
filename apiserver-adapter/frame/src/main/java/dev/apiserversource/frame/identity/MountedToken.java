package dev.apiserversource.frame.identity;

import dev.apiserversource.frame.delivery.DeliveryException;
import dev.apiserversource.frame.delivery.SinkIdentity;
import dev.apiserversource.frame.delivery.SinkTokens;
import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystem;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The token in a file that a SinkBinding or a ContainerSource mounts, and their controller renews. The file is
 * read again after ten seconds, and when the sink refuses the token. Tokens of other identities are requested.
 */
public final class MountedToken implements SinkTokens {

    private static final Duration REREAD_AFTER = Duration.ofSeconds(10);

    private final FileSystem files;
    private final Path file;
    private final Timers timers;
    private final SinkTokens requested;
    private String value = "";
    private Duration readAt = Duration.ZERO;

    /**
     * Reads nothing before the first token is needed.
     *
     * @param files reads on a worker thread
     * @param file with the token of {@link SinkIdentity#MOUNTED}
     * @param requested tokens of all other identities
     */
    public MountedToken(FileSystem files, Path file, Timers timers, SinkTokens requested) {
        this.files = files;
        this.file = file;
        this.timers = timers;
        this.requested = requested;
    }

    @Override
    public Future<String> token(SinkIdentity identity) {
        if (!identity.equals(SinkIdentity.MOUNTED)) {
            return requested.token(identity);
        }
        boolean fresh = !value.isEmpty() && timers.uptime().minus(readAt).compareTo(REREAD_AFTER) < 0;
        return fresh ? Future.succeededFuture(value) : read();
    }

    @Override
    public Future<Optional<String>> replace(SinkIdentity identity, String refused) {
        return identity.equals(SinkIdentity.MOUNTED)
                ? read().map(Optional::of)
                        .otherwise(Optional.empty())
                        .map(found -> found.filter(token -> !token.equals(refused)))
                : requested.replace(identity, refused);
    }

    /** A file that cannot be read, as while it is replaced, leaves the last token in use. */
    private Future<String> read() {
        return files.readFile(file.toString())
                .map(Buffer::toString)
                .map(String::strip)
                .map(this::keep)
                .recover(unreadable -> value.isEmpty()
                        ? Future.failedFuture(DeliveryException.noToken(file + " cannot be read"))
                        : Future.succeededFuture(value));
    }

    private String keep(String found) {
        if (found.isEmpty()) {
            throw new IllegalArgumentException("the file is empty");
        }
        value = found;
        readAt = timers.uptime();
        return found;
    }
}

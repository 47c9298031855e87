package dev.apiserversource.frame.identity;

import dev.apiserversource.frame.delivery.Await;
import dev.apiserversource.frame.delivery.SinkIdentity;
import dev.apiserversource.frame.delivery.SinkTokens;
import dev.apiserversource.frame.time.SimulatedTime;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class MountedTokenTest {

    private static final SinkIdentity OTHER = new SinkIdentity("ns", "pods-oidc", "shop");

    private final Vertx vertx = Vertx.vertx();
    private final SimulatedTime time = new SimulatedTime();
    private final Path file;
    private final MountedToken tokens;

    MountedTokenTest(@TempDir Path folder) {
        file = folder.resolve("token");
        tokens = new MountedToken(vertx.fileSystem(), file, time, new SinkTokens() {
            @Override
            public Future<String> token(SinkIdentity identity) {
                return Future.succeededFuture("requested");
            }

            @Override
            public Future<Optional<String>> replace(SinkIdentity identity, String refused) {
                return Future.succeededFuture(Optional.of("requested again"));
            }
        });
    }

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    private String token() {
        return Await.result(tokens.token(SinkIdentity.MOUNTED));
    }

    private Optional<String> replacement() {
        return Await.result(tokens.replace(SinkIdentity.MOUNTED, "one"));
    }

    @Test
    void isReadAgainAfterTenSeconds() throws IOException {
        Files.writeString(file, "one\n");
        assertThat(token()).isEqualTo("one");
        Files.writeString(file, "two");
        assertThat(token()).isEqualTo("one");
        time.advance(Duration.ofSeconds(10));
        assertThat(token()).isEqualTo("two");
    }

    @Test
    void isReadAgainWhenTheSinkRefusesIt() throws IOException {
        Files.writeString(file, "one");
        assertThat(token()).isEqualTo("one");
        assertThat(replacement()).isEmpty();
        Files.writeString(file, "two");
        assertThat(replacement()).hasValue("two");
        assertThat(token()).isEqualTo("two");
    }

    @Test
    void lastTokenStaysWhileTheFileIsReplaced() throws IOException {
        Files.writeString(file, "one");
        assertThat(token()).isEqualTo("one");
        time.advance(Duration.ofMinutes(1));
        Files.writeString(file, "");
        assertThat(token()).isEqualTo("one");
        Files.delete(file);
        assertThat(token()).isEqualTo("one");
    }

    @Test
    void missingFileIsAFailureThatIsRetried() {
        assertThat(Await.failure(tokens.token(SinkIdentity.MOUNTED))).hasMessageContaining("token cannot be read");
        assertThat(replacement()).isEmpty();
    }

    @Test
    void tokensOfOtherIdentitiesAreRequested() {
        assertThat(Await.result(tokens.token(OTHER))).isEqualTo("requested");
        assertThat(Await.result(tokens.replace(OTHER, "one"))).hasValue("requested again");
    }
}

package dev.apiserversource.frame.leader;

import dev.apiserversource.frame.time.Timers;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import org.jspecify.annotations.Nullable;

import java.net.ConnectException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/** A request to the holder's {@link ActiveEndpoint}, whose answer does not end. */
public final class HttpLifeline implements Lifeline {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final HttpClient client;
    private final Timers timers;

    public HttpLifeline(Vertx vertx, Timers timers) {
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setKeepAlive(false).setConnectTimeout((int) PATIENCE.toMillis()));
        this.timers = timers;
    }

    @Override
    public Line hold(String address, String holder, Consumer<End> ended) {
        return new HttpLine(ended).connect(address, holder);
    }

    private final class HttpLine implements Line {

        private final Consumer<End> ended;
        private final Timers.Timer deadline = timers.after(PATIENCE, () -> end(End.NOTHING));
        private @Nullable HttpClientRequest request;
        private boolean over;

        public HttpLine(Consumer<End> ended) {
            this.ended = ended;
        }

        public HttpLine connect(String address, String holder) {
            try {
                client.request(options(address, holder)).onSuccess(this::send).onFailure(this::failed);
            } catch (RuntimeException noAddress) {
                // Anybody may have written it. The deadline ends this attempt, too.
            }
            return this;
        }

        private void send(HttpClientRequest connected) {
            request = connected;
            if (over) {
                connected.reset();
            } else {
                connected.send().onSuccess(this::answered).onFailure(cut -> end(End.NOTHING));
            }
        }

        private void answered(HttpClientResponse response) {
            response.handler(content -> {}).endHandler(closed -> end(End.CUT)).exceptionHandler(cut -> end(End.CUT));
            if (response.statusCode() == 200) {
                deadline.cancel();
            } else {
                end(End.NOTHING);
            }
        }

        private void failed(Throwable failure) {
            end(isRefusal(failure) ? End.REFUSED : End.NOTHING);
        }

        private void end(End how) {
            if (!over) {
                close();
                ended.accept(how);
            }
        }

        @Override
        public void close() {
            over = true;
            deadline.cancel();
            if (request != null) {
                request.reset();
            }
        }
    }

    private static RequestOptions options(String address, String holder) {
        String query = URLEncoder.encode(holder, StandardCharsets.UTF_8);
        return new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI("http://" + address + ActiveEndpoint.PATH + "?" + ActiveEndpoint.HOLDER + "=" + query);
    }

    /** A connection that timed out or found no route is of the same class; only the text tells, and where it is another there is no proof. */
    private static boolean isRefusal(Throwable failure) {
        return failure instanceof ConnectException
                && String.valueOf(failure.getMessage()).contains("Connection refused");
    }
}

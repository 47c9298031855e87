package dev.apiserversource.frame.delivery;

import io.vertx.core.Future;

import java.util.Optional;

/** The tokens that are sent to sinks. To be used on the event loop of the delivery. */
public interface SinkTokens {

    /** None can be obtained. For a delivery whose sinks expect none. */
    SinkTokens NONE = new SinkTokens() {
        @Override
        public Future<String> token(SinkIdentity identity) {
            return Future.failedFuture(DeliveryException.noToken("this process requests none"));
        }

        @Override
        public Future<Optional<String>> replace(SinkIdentity identity, String refused) {
            return Future.succeededFuture(Optional.empty());
        }
    };

    /** A valid token of {@code identity}. Fails with {@link DeliveryException#noToken} when there is none now. */
    Future<String> token(SinkIdentity identity);

    /**
     * Another token than {@code refused}, which the sink answered with 401. Empty when there is none: the sink refuses
     * a new one too, or none can be obtained. Never fails.
     */
    Future<Optional<String>> replace(SinkIdentity identity, String refused);
}

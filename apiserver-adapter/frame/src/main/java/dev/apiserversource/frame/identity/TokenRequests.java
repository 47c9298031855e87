package dev.apiserversource.frame.identity;

import dev.apiserversource.frame.delivery.SinkIdentity;
import io.vertx.core.Future;

import java.time.Duration;

/** Requests tokens. */
@FunctionalInterface
interface TokenRequests {

    /**
     * A token.
     *
     * @param value what is sent; never logged
     * @param lifetime how long it is valid from now
     */
    record Token(String value, Duration lifetime) {

        /** Without the value. */
        @Override
        public String toString() {
            return "token valid for " + lifetime;
        }
    }

    /** Requests a new token. The message of a failure is for people and holds no credentials. */
    Future<Token> request(SinkIdentity identity);
}

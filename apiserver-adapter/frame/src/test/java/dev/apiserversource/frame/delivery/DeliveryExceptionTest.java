package dev.apiserversource.frame.delivery;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class DeliveryExceptionTest {

    @ParameterizedTest
    @ValueSource(ints = {404, 408, 409, 413, 425, 429, 500, 501, 502, 503, 504, 599})
    void isRetryable(int status) {
        assertThat(answered(status).isRetryable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 304, 307, 308, 400, 401, 403, 405, 406, 410, 415, 422, 451})
    void isNotRetryable(int status) {
        assertThat(answered(status).isRetryable()).isFalse();
        assertThat(answered(status).status()).hasValue(status);
    }

    private static DeliveryException answered(int status) {
        return DeliveryException.answered(status, Optional.empty(), "");
    }
}

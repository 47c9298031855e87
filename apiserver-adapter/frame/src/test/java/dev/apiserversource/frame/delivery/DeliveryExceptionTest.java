package dev.apiserversource.frame.delivery;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class DeliveryExceptionTest {

    @ParameterizedTest
    @ValueSource(
            ints = {
                101, 300, 301, 302, 303, 304, 307, 308, 401, 402, 403, 404, 407, 408, 409, 412, 413, 425, 429, 451, 500,
                502, 503, 504, 511, 599, 600
            })
    void isRetryableUnlessTheAnswerSpeaksOfTheEvent(int status) {
        assertThat(answered(status).isRetryable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 405, 406, 410, 411, 414, 415, 417, 422, 431, 501, 505})
    void isFinalWhenTheAnswerSpeaksOfTheEvent(int status) {
        assertThat(answered(status).isRetryable()).isFalse();
        assertThat(answered(status).status()).hasValue(status);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 308, 401, 403, 404, 451})
    void isARefusal(int status) {
        assertThat(answered(status).isRefusal()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 400, 408, 409, 413, 422, 425, 429, 500, 503})
    void isNoRefusal(int status) {
        assertThat(answered(status).isRefusal()).isFalse();
    }

    private static DeliveryException answered(int status) {
        return DeliveryException.answered(status, Optional.empty(), "");
    }
}

package dev.apiserversource.loadtests.compare.sink;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class StampScannerTest {

    private static final byte[] BODY =
            "{\"data\":{\"a\":\"nano\",\"b\":\"\",\"written\":\"nanos-0000000000000000042\"}}"
                    .getBytes(StandardCharsets.US_ASCII);

    @Test
    void findsTheStampOfABodyInPieces() {
        for (int cut = 0; cut <= BODY.length; cut++) {
            List<Long> stamps = new ArrayList<>();
            StampScanner scanner = new StampScanner(stamps::add);
            scanner.bytes(BODY, 0, cut);
            scanner.bytes(BODY, cut, BODY.length);
            assertThat(stamps).as("cut at %d", cut).containsExactly(42L);
        }
    }

    @Test
    void textThatBeginsLikeTheMarkerIsNone() {
        List<Long> stamps = new ArrayList<>();
        byte[] body = "\"nano\"nanos-0000000000000000042\"".getBytes(StandardCharsets.US_ASCII);
        new StampScanner(stamps::add).bytes(body, 0, body.length);
        assertThat(stamps).containsExactly(42L);
    }

    @Test
    void findsTheStampOfEachBody() {
        List<Long> stamps = new ArrayList<>();
        StampScanner scanner = new StampScanner(stamps::add);
        scanner.bytes(BODY, 0, BODY.length);
        scanner.bytes(BODY, 0, BODY.length);
        assertThat(stamps).containsExactly(42L, 42L);
    }
}

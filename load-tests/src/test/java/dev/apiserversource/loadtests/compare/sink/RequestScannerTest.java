package dev.apiserversource.loadtests.compare.sink;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

class RequestScannerTest {

    private static final String WITH_LENGTH = "POST / HTTP/1.1\r\nHost: sink\r\ncontent-length: 5\r\n\r\nhello";
    private static final String CHUNKED =
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;a=b\r\nlo\r\n0\r\n\r\n";
    private static final String WITHOUT_BODY = "GET / HTTP/1.1\r\nCe-Type: content-length: 7\r\n\r\n";
    private static final String ALL = WITH_LENGTH + CHUNKED + WITHOUT_BODY + WITH_LENGTH;

    private final StringBuilder bodies = new StringBuilder();
    private final RequestScanner scanner = new RequestScanner(
            (bytes, from, to) -> bodies.append(new String(bytes, from, to - from, StandardCharsets.US_ASCII)));

    @Test
    void pipelinedRequestsAreCounted() throws IOException {
        byte[] bytes = ALL.getBytes(StandardCharsets.US_ASCII);
        assertThat(scanner.scan(bytes, 0, bytes.length)).isEqualTo(4);
        assertThat(bodies).hasToString("hellohellohello");
    }

    @Test
    void requestsMayBeCutAnywhere() throws IOException {
        byte[] bytes = ALL.getBytes(StandardCharsets.US_ASCII);
        for (int cut = 0; cut <= bytes.length; cut++) {
            RequestScanner fresh = new RequestScanner((data, from, to) -> {});
            int requests = fresh.scan(bytes, 0, cut) + fresh.scan(bytes, cut, bytes.length);
            assertThat(requests).as("cut at %d", cut).isEqualTo(4);
        }
    }

    @Test
    void bytesMayComeOneByOne() throws IOException {
        int requests = 0;
        for (byte next : ALL.getBytes(StandardCharsets.US_ASCII)) {
            requests += scanner.scan(new byte[] {next}, 0, 1);
        }
        assertThat(requests).isEqualTo(4);
        assertThat(bodies).hasToString("hellohellohello");
    }

    @Test
    void requestEndsWithItsBody() throws IOException {
        byte[] bytes = WITH_LENGTH.getBytes(StandardCharsets.US_ASCII);
        assertThat(scanner.scan(bytes, 0, bytes.length - 1)).isZero();
        assertThat(scanner.scan(bytes, bytes.length - 1, bytes.length)).isEqualTo(1);
    }
}

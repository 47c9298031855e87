package dev.apiserversource.loadtests.compare.feed;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class BareWatchTest {

    private static final FeedOptions OPTIONS = new FeedOptions(0, 3, 2_500, 200, Duration.ZERO);

    @Test
    void eachChangeIsAChunk() throws IOException {
        Answer.Watch watch = (Answer.Watch) new FakeApi(new ConfigMaps(3, 2_500))
                .answer(ApiRequest.of(
                        "GET", "/api/v1/namespaces/load-0000/configmaps?watch=1&sendInitialEvents=1", "*/*"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new BareWatch(OPTIONS, watch, out).run();

        List<String> types = new ArrayList<>();
        for (String chunk : chunks(out.toString(StandardCharsets.US_ASCII))) {
            types.add(new ObjectMapper().readTree(chunk).get("type").asText());
        }
        assertThat(types.subList(0, 4)).containsExactly("ADDED", "ADDED", "ADDED", "BOOKMARK");
        assertThat(types.subList(4, types.size())).hasSize(200).containsOnly("MODIFIED");
        assertThat(watch.objects().newest()).hasValue(watch.version() + 200);
    }

    private static List<String> chunks(String text) {
        List<String> chunks = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int length = Integer.parseInt(text.substring(at, text.indexOf('\r', at)), 16);
            int begin = text.indexOf('\n', at) + 1;
            chunks.add(text.substring(begin, begin + length));
            assertThat(text.substring(begin + length, begin + length + 2)).isEqualTo("\r\n");
            at = begin + length + 2;
        }
        return chunks;
    }
}

package dev.apiserversource.adapter.json;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import static dev.apiserversource.adapter.json.Bytes.utf8;
import static org.assertj.core.api.Assertions.assertThat;

class LineSplitterTest {

    private static final String TEXT = "{\"a\":\"ü☁️\\n\\\"\"}\n\n{\"b\":2}\n{\"c\":\"𝄞\"}\n\n";
    private static final List<String> FRAMES = List.of("{\"a\":\"ü☁️\\n\\\"\"}", "{\"b\":2}", "{\"c\":\"𝄞\"}");

    private final LineSplitter splitter = new LineSplitter();

    private List<String> feed(byte[] chunk) {
        splitter.feed(chunk);
        List<String> frames = new ArrayList<>();
        for (ByteSlice frame = splitter.next(); frame != null; frame = splitter.next()) {
            frames.add(frame.text());
        }
        return frames;
    }

    @Test
    void splitsAtLineEndsInChunksOfAnySize() {
        byte[] bytes = utf8(TEXT);
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                List<String> frames = new ArrayList<>(feed(Arrays.copyOfRange(bytes, 0, first)));
                frames.addAll(feed(Arrays.copyOfRange(bytes, first, second)));
                frames.addAll(feed(Arrays.copyOfRange(bytes, second, bytes.length)));

                assertThat(frames).as("cut at %d and %d", first, second).isEqualTo(FRAMES);
            }
        }
    }

    @Test
    void splitsAtLineEndsInChunksOfOneByte() {
        List<String> frames = new ArrayList<>();
        for (byte b : utf8(TEXT)) {
            frames.addAll(feed(new byte[] {b}));
        }

        assertThat(frames).isEqualTo(FRAMES);
    }

    @Test
    void splitsAtNoByteThatOnlyLooksLikeALineEnd() {
        Random random = new Random(1);
        char[] alike = {'\n', 0x09, 0x0b, 0x02, 'J', 0x00, 0x7f};
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i >= 0; i--) {
                text.append(alike[random.nextInt(alike.length)]);
            }
            text.append('\n');

            assertThat(feed(utf8(text.toString())))
                    .isEqualTo(Arrays.stream(text.toString().split("\n"))
                            .filter(line -> !line.isEmpty())
                            .toList());
        }
    }

    @Test
    void doesNotReturnAFrameWithoutLineEnd() {
        assertThat(feed(utf8("{\"a\":1}"))).isEmpty();
        assertThat(feed(utf8(""))).isEmpty();
        assertThat(feed(utf8("\n"))).containsExactly("{\"a\":1}");
    }

    @Test
    void aLongFrameDoesNotAffectTheNext() {
        String large = "{\"a\":\"" + "x".repeat(200_000) + "\"}";

        assertThat(feed(utf8(large))).isEmpty();
        assertThat(feed(utf8("\n{\"b\""))).containsExactly(large);
        assertThat(feed(utf8(":2}\n"))).containsExactly("{\"b\":2}");
    }
}

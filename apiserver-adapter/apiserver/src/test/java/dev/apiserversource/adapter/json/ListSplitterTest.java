package dev.apiserversource.adapter.json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import static dev.apiserversource.adapter.json.Bytes.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ListSplitterTest {

    /**
     * A list, its items and its envelope.
     *
     * @param text the list
     * @param items its items
     * @param envelope the list without them
     */
    private record Example(String text, List<String> items, String envelope) {}

    static Stream<Example> lists() {
        return Stream.of(
                new Example("{\"kind\":\"L\",\"items\":[]}", List.of(), "{\"kind\":\"L\",\"items\":[]}"),
                new Example("{\"items\":null,\"kind\":\"L\"}", List.of(), "{\"items\":null,\"kind\":\"L\"}"),
                new Example(
                        "{\"kind\":\"L\",\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[{\"a\":1},{\"b\":2}]}",
                        List.of("{\"a\":1}", "{\"b\":2}"),
                        "{\"kind\":\"L\",\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[]}"),
                new Example(
                        " {\n \"items\" : [ {\"a\" : { \"items\":[{\"x\":1}] } } ,\n {} ] , "
                                + "\"metadata\":{\"items\":[{\"m\":[]}]}}\n",
                        List.of("{\"a\" : { \"items\":[{\"x\":1}] } }", "{}"),
                        " {\n \"items\" : [] , \"metadata\":{\"items\":[{\"m\":[]}]}}\n"),
                new Example(
                        "{\"kind\":\"items\",\"other\":[{\"o\":1}],"
                                + "\"items\":[{\"s\":\"}]{[\\\\\",\"t\":\"\\\"}ü☁️𝄞\"}],\"z\":\"items\"}",
                        List.of("{\"s\":\"}]{[\\\\\",\"t\":\"\\\"}ü☁️𝄞\"}"),
                        "{\"kind\":\"items\",\"other\":[{\"o\":1}],\"items\":[],\"z\":\"items\"}"));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void findsTheItemsInChunksOfAnySize(Example example) {
        byte[] bytes = utf8(example.text);
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                Split split = split(
                        Arrays.copyOfRange(bytes, 0, first),
                        Arrays.copyOfRange(bytes, first, second),
                        Arrays.copyOfRange(bytes, second, bytes.length));

                assertThat(split.items).as("cut at %d and %d", first, second).isEqualTo(example.items);
                assertThat(split.envelope).as("cut at %d and %d", first, second).isEqualTo(example.envelope);
            }
        }
    }

    @Test
    void aTruncatedListLeavesNoValidEnvelope() {
        byte[] bytes = utf8("{\"items\":[{\"a\":1},{\"b\":2}],\"metadata\":{\"resourceVersion\":\"7\"}}");
        for (int length = 0; length < bytes.length; length++) {
            Split split = split(Arrays.copyOf(bytes, length));

            assertThatThrownBy(() -> MetadataParser.object(Bytes.slice(split.envelope)))
                    .as("after %d bytes", length)
                    .isInstanceOf(java.io.IOException.class);
        }
    }

    private record Split(List<String> items, String envelope) {}

    private static Split split(byte[]... chunks) {
        ListSplitter splitter = new ListSplitter();
        List<String> items = new ArrayList<>();
        for (byte[] chunk : chunks) {
            splitter.feed(chunk);
            for (ByteSlice item = splitter.next(); item != null; item = splitter.next()) {
                items.add(item.text());
            }
        }
        return new Split(items, splitter.envelope().text());
    }
}

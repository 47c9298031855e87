package dev.apiserversource.loadtests.compare.feed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class FakeApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONFIG_MAPS = "/api/v1/namespaces/load-0003/configmaps";
    private static final String WHOLE = "application/json";
    private static final String METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    private final FakeApi api = new FakeApi(new ConfigMaps(7, 2_500));

    @Test
    void pagesHaveEachObjectOnce() throws IOException {
        List<String> names = new ArrayList<>();
        String token = "";
        do {
            JsonNode page = list(CONFIG_MAPS + "?limit=3&continue=" + token, WHOLE);
            page.get("items")
                    .forEach(item -> names.add(item.at("/metadata/name").asText()));
            token = page.at("/metadata/continue").asText();
        } while (!token.isEmpty());

        assertThat(names)
                .containsExactly(
                        "load-0000000",
                        "load-0000001",
                        "load-0000002",
                        "load-0000003",
                        "load-0000004",
                        "load-0000005",
                        "load-0000006");
    }

    @Test
    void laterPagesShowTheVersionOfTheFirst() throws IOException {
        JsonNode first = list(CONFIG_MAPS + "?limit=3", WHOLE);
        watch(CONFIG_MAPS + "?watch=true").objects().sent(1_000_000_050L);

        JsonNode second = list(
                CONFIG_MAPS + "?limit=3&continue="
                        + first.at("/metadata/continue").asText(),
                WHOLE);

        assertThat(first.at("/metadata/remainingItemCount").asInt()).isEqualTo(4);
        assertThat(second.at("/metadata/resourceVersion")).isEqualTo(first.at("/metadata/resourceVersion"));
        assertThat(second.at("/items/0/metadata/resourceVersion").asText()).isEqualTo("1000000003");
    }

    @Test
    void listShowsWhatAWatchHasSent() throws IOException {
        Answer.Watch watch = watch(CONFIG_MAPS + "?watch=1&resourceVersion=1000000006");
        Map<String, String> watched = new HashMap<>();
        list(CONFIG_MAPS, WHOLE).get("items").forEach(item -> put(watched, item));
        for (long version = watch.version() + 1; version <= watch.version() + 10; version++) {
            byte[] frame = new byte[watch.objects().modifiedLength()];
            watch.objects().modified(frame, 0, version, 42);
            put(watched, JSON.readTree(frame).get("object"));
            watch.objects().sent(version);
        }

        Map<String, String> listed = new HashMap<>();
        list(CONFIG_MAPS, WHOLE).get("items").forEach(item -> put(listed, item));

        assertThat(listed).isEqualTo(watched).containsEntry("load-0000002", "1000000016");
    }

    private static void put(Map<String, String> versions, JsonNode object) {
        JsonNode metadata = object.get("metadata");
        versions.put(
                metadata.get("name").asText(), metadata.get("resourceVersion").asText());
    }

    @Test
    void streamingListEndsWithItsBookmark() throws IOException {
        Answer.Watch watch =
                watch(CONFIG_MAPS + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");

        JsonNode bookmark = JSON.readTree(watch.endOfList());
        assertThat(watch.listed()).isTrue();
        assertThat(bookmark.at("/object/metadata/annotations/k8s.io~1initial-events-end")
                        .asText())
                .isEqualTo("true");
        assertThat(bookmark.at("/object/metadata/resourceVersion").asLong()).isEqualTo(watch.version());
    }

    @Test
    void frameHasTheWantedSizeAndStamp() throws IOException {
        Answer.Watch watch = watch(CONFIG_MAPS + "?watch=true");
        byte[] frame = new byte[watch.objects().modifiedLength()];
        watch.objects().modified(frame, 0, watch.version() + 1, 123_456_789L);

        JsonNode object = JSON.readTree(frame).get("object");
        assertThat(object.toString()).hasSizeBetween(2_490, 2_510);
        assertThat(object.at("/data/written").asText()).isEqualTo("nanos-0000000000123456789");
        assertThat(object.at("/metadata/namespace").asText()).isEqualTo("load-0003");
        assertThat(object.at("/metadata/uid").asText()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    }

    @Test
    void metadataAloneOnRequest() throws IOException {
        JsonNode list = list(CONFIG_MAPS, METADATA);

        assertThat(list.get("kind").asText()).isEqualTo("PartialObjectMetadataList");
        assertThat(list.at("/items/0/kind").asText()).isEqualTo("PartialObjectMetadata");
        assertThat(list.at("/items/0").has("data")).isFalse();
    }

    @Test
    void objectsHaveNoLabels() throws IOException {
        String others = "?labelSelector=app.kubernetes.io%2Fmanaged-by%21%3Dapiserversource-adapter";
        assertThat(list(CONFIG_MAPS + others, WHOLE).get("items")).hasSize(7);
        assertThat(list(CONFIG_MAPS + "?labelSelector=trust-bundle%3Dtrue", WHOLE)
                        .get("items"))
                .isEmpty();
        assertThat(list("/api/v1/secrets", WHOLE).get("items")).isEmpty();
    }

    @Test
    void whatIsNotThereIs404() {
        ApiRequest lease = ApiRequest.of("GET", "/apis/coordination.k8s.io/v1/namespaces/a/leases/b", WHOLE);
        assertThat(((Answer.Body) api.answer(lease)).status()).isEqualTo(404);
    }

    private JsonNode list(String target, String accept) throws IOException {
        return JSON.readTree(((Answer.Body) api.answer(ApiRequest.of("GET", target, accept))).json());
    }

    private Answer.Watch watch(String target) {
        return (Answer.Watch) api.answer(ApiRequest.of("GET", target, WHOLE));
    }
}

package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.watch.WatchParser.WatchFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

import static dev.apiserversource.adapter.json.Bytes.slice;
import static dev.apiserversource.adapter.json.Bytes.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WatchParserTest {

    private static final ResourceType DEPLOYMENTS = new ResourceType("apps", "v1", "deployments", "Deployment", true);
    private static final String POD = """
            {"kind":"Pod" , "apiVersion":"v1","unknown":{"metadata":{"name":"no"}},
            "metadata":{"name":"p","namespace":"ns","uid":"u-1","resourceVersion":"12","labels":{"name":"no"},
            "ownerReferences":[{"kind":"Node"},{}]},"data":"☁️ü\\n"}""".replace("\n", "");

    private final WatchParser parser = new WatchParser(DEPLOYMENTS);

    private WatchFrame.Changed changed(String text) throws IOException {
        return (WatchFrame.Changed) parser.frame(within(text));
    }

    private static String object(String metadata) {
        return "{\"metadata\":{\"name\":\"n\",\"resourceVersion\":\"1\"" + metadata + "}}";
    }

    @Test
    void parsesAFrameInALargerArray() throws IOException {
        WatchFrame.Changed frame = changed("{\"type\":\"MODIFIED\",\"object\":" + POD + "}");

        assertThat(frame.kind()).isEqualTo(Change.Kind.MODIFIED);
        assertThat(frame.object()).isEqualTo(new ObjectMetadata("v1", "Pod", "ns", "p", "u-1", "12", Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"ADDED\",\"object\":%s}",
                "{\"object\":%s,\"type\":\"ADDED\"}",
                " { \"extra\" : [ {\"object\":1} ] , \"object\" : \t%s , \"type\" : \"ADDED\" } ",
                "{\"wide\":\"☁️𝄞\",\"type\":\"ADDED\",\"object\":%s,\"more\":{}}"
            })
    void returnsTheBytesOfTheObject(String form) throws IOException {
        WatchFrame.Changed frame = changed(form.formatted(POD));

        assertThat(frame.json().text()).isEqualTo(POD);
    }

    @Test
    void partialMetadataHasTheRequestedKind() throws IOException {
        WatchFrame.Changed frame = changed("{\"type\":\"DELETED\",\"object\":{\"kind\":\"PartialObjectMetadata\","
                + "\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{\"name\":\"n\",\"resourceVersion\":\"5\"}}}");

        assertThat(frame.object())
                .isEqualTo(new ObjectMetadata("apps/v1", "Deployment", "", "n", "", "5", Optional.empty()));
    }

    @Test
    void nullsEqualAbsentFields() throws IOException {
        String nulls =
                "{\"metadata\":{\"name\":\"n\",\"resourceVersion\":\"1\",\"annotations\":null,\"ownerReferences\":null,"
                        + "\"namespace\":null,\"uid\":null},\"kind\":null}";

        WatchParser.Item item = parser.item(within(nulls));

        assertThat(item.object())
                .isEqualTo(new ObjectMetadata("apps/v1", "Deployment", "", "n", "", "1", Optional.empty()));
        assertThat(item.hasKind()).isFalse();
    }

    @Test
    void findsTheController() throws IOException {
        String owners = object("""
                ,"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"x","controller":false,"odd":{"a":[1]}},
                {"controller":true,"blockOwnerDeletion":true,"kind":"ReplicaSet","apiVersion":"apps/v1"},
                {"kind":"Pod","apiVersion":"v1"}]""");

        assertThat(parser.item(within(owners)).object().controller())
                .contains(new ObjectMetadata.Owner("apps/v1", "ReplicaSet"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "[null]", "[1,{}]", "\"x\"", "{}", "{\"a\":1}", "[{\"controller\":null}]"})
    void unexpectedOwnersAreSkipped(String owners) throws IOException {
        String text = "{\"metadata\":{\"ownerReferences\":%s,\"name\":\"n\",\"resourceVersion\":\"1\"},"
                + "\"kind\":\"K\",\"apiVersion\":\"v\"}";

        WatchParser.Item item = parser.item(within(text.formatted(owners)));

        assertThat(item.object()).isEqualTo(new ObjectMetadata("v", "K", "", "n", "", "1", Optional.empty()));
    }

    @Test
    void addsTheKindToItemsWithout() throws IOException {
        String text = "{ \"metadata\":{\"name\":\"ü\",\"resourceVersion\":\"1\"}, \"x\":[ ]\n}";

        WatchParser.Item item = parser.item(within(text));

        assertThat(item.hasKind()).isFalse();
        assertThat(new String(parser.json(item), StandardCharsets.UTF_8))
                .isEqualTo("{\"kind\":\"Deployment\",\"apiVersion\":\"apps/v1\"," + text.substring(1));
    }

    @Test
    void leavesItemsWithKindUnchanged() throws IOException {
        WatchParser.Item item = parser.item(within(POD));

        assertThat(new String(parser.json(item), StandardCharsets.UTF_8)).isEqualTo(POD);
    }

    @Test
    void parsesBookmarks() throws IOException {
        String end = "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"metadata\":{\"resourceVersion\":\"9\","
                + "\"annotations\":{\"a\":\"b\",\"k8s.io/initial-events-end\":\"true\"}}}}";
        String plain = "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"9\","
                + "\"annotations\":{\"k8s.io/initial-events-end\":\"false\"}}}}";

        assertThat(parser.frame(within(end))).isEqualTo(new WatchFrame.Bookmark("9", true));
        assertThat(parser.frame(within(plain))).isEqualTo(new WatchFrame.Bookmark("9", false));
    }

    @Test
    void parsesErrorFrames() throws IOException {
        String error = """
                {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
                "message":"too old","reason":"Expired",
                "details":{"retryAfterSeconds":3,"causes":[{"message":"no"}]},"code":410}}""".replace("\n", "");

        assertThat(parser.frame(within(error)))
                .isEqualTo(new WatchFrame.Failure(410, "Expired: too old", Optional.of(Duration.ofSeconds(3))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "no",
                "{\"type\":\"ADDED\"}",
                "{\"type\":\"ADDED\",\"object\":null}",
                "{\"type\":\"ADDED\",\"object\":[]}",
                "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"n\"}}}",
                "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"resourceVersion\":\"1\"}}}",
                "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":null}}",
                "{\"type\":\"NEWS\",\"object\":{}}",
                "{\"object\":{\"metadata\":{\"name\":\"n\",\"resourceVersion\":\"1\"}}}",
                "{\"type\":{},\"object\":{\"metadata\":{\"name\":\"n\",\"resourceVersion\":\"1\"}}}"
            })
    void refusesTextThatIsNotAWatchFrame(String text) {
        assertThatThrownBy(() -> parser.frame(within(text))).isInstanceOf(IOException.class);
    }

    @Test
    void refusesTruncatedFrames() {
        String text = "{\"type\":\"ADDED\",\"object\":" + POD + "}";
        for (int length = 0; length < text.length(); length++) {
            String truncated = text.substring(0, length);

            assertThatThrownBy(() -> parser.frame(slice(truncated)))
                    .as(truncated)
                    .isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":tru}", "{\"a\":1,}", "{\"a\" 1}", "{'a':1}", "{\"a\":\"\\x\"}", "{\"a\":[1}}"})
    void refusesMalformedJsonInSkippedFields(String data) {
        String text =
                "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"n\",\"resourceVersion\":\"1\"},\"data\":%s}}";

        assertThatThrownBy(() -> parser.frame(within(text.formatted(data)))).isInstanceOf(IOException.class);
    }

    @Test
    void parsesTheEndOfAListPage() throws IOException {
        String envelope = "{\"items\":[],\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"t\","
                + "\"remainingItemCount\":3}}";

        assertThat(WatchParser.listEnd(within(envelope))).isEqualTo(new WatchParser.ListEnd("7", "t"));
        assertThat(WatchParser.listEnd(within("{\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"\"}}")))
                .isEqualTo(new WatchParser.ListEnd("7", ""));
    }

    /** As deep, wide and long as the API server accepts. Such an object must not stop its stream. */
    @Test
    void parsesTheLargestObjectsTheApiServerStores() throws IOException {
        String deep = "{\"a\":".repeat(9_000) + "1" + "}".repeat(9_000);
        String data = "{\"deep\":%s,\"%s\":1,\"number\":%s,\"long\":\"%s\"}"
                .formatted(deep, "k".repeat(100_000), "1".repeat(5_000), "v".repeat(3_000_000));

        WatchFrame.Changed frame = changed("{\"type\":\"ADDED\",\"object\":{\"spec\":" + data
                + ",\"metadata\":{\"name\":\"n\",\"resourceVersion\":\"1\"}}}");

        assertThat(frame.object().name()).isEqualTo("n");
        assertThat(frame.json().length()).isGreaterThan(3_000_000);
    }
}

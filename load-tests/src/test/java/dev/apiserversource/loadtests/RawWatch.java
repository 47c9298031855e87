package dev.apiserversource.loadtests;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.vertx.core.buffer.Buffer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A watch that keeps the bytes of the API server, for comparison with the data of events. */
final class RawWatch implements AutoCloseable {

    private final JsonFactory json = new JsonFactory();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final HttpResponse<AsyncBody> response;

    /** Watches the collection at {@code path} from its current resourceVersion. */
    RawWatch(KubernetesClient client, String path) {
        String now = resourceVersion(client.raw(path + "?limit=1"));
        HttpRequest request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(client.getConfiguration().getMasterUrl().replaceAll("/$", "") + path
                        + "?watch=true&resourceVersion=" + now)
                .build();
        try {
            response =
                    client.getHttpClient().consumeBytes(request, this::received).get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("no watch of " + path, e);
        }
        response.body().consume();
    }

    /** The objects of all frames so far, each byte for byte. */
    List<Buffer> objects() {
        List<Buffer> objects = new ArrayList<>();
        byte[] bytes = bytes();
        int start = 0;
        for (int end = 0; end < bytes.length; end++) {
            if (bytes[end] == '\n') {
                objects.add(objectIn(Buffer.buffer(bytes).slice(start, end)));
                start = end + 1;
            }
        }
        return objects;
    }

    /** The {@link #objects()} of that name. */
    List<Buffer> objectsNamed(String name) {
        return objects().stream()
                .filter(object -> object.toJsonObject()
                        .getJsonObject("metadata")
                        .getString("name")
                        .equals(name))
                .toList();
    }

    @Override
    public void close() {
        response.body().cancel();
    }

    private synchronized byte[] bytes() {
        return received.toByteArray();
    }

    private synchronized void received(List<ByteBuffer> pieces, AsyncBody body) {
        for (ByteBuffer piece : pieces) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            received.writeBytes(bytes);
        }
        body.consume();
    }

    private Buffer objectIn(Buffer frame) {
        try (JsonParser parser = json.createParser(frame.getBytes())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME
                    && !parser.currentName().equals("object")) {
                parser.nextToken();
                parser.skipChildren();
            }
            parser.nextToken();
            int begin = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            return frame.slice(begin, (int) parser.currentLocation().getByteOffset());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String resourceVersion(String list) {
        try {
            return new ObjectMapper()
                    .readTree(list)
                    .at("/metadata/resourceVersion")
                    .asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

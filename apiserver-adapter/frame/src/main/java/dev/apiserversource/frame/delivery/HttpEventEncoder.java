package dev.apiserversource.frame.delivery;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.CloudEventUtils;
import io.cloudevents.rw.CloudEventContextWriter;
import io.cloudevents.rw.CloudEventWriter;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

/**
 * An event in the binary content mode of the HTTP binding: attributes as headers, data as body.
 *
 * <p>The SDK's own writer for Vert.x does not percent-encode, and works only with the WebClient, which cannot break off an answer that does not end.
 */
record HttpEventEncoder(MultiMap headers, Buffer body) {

    /**
     * Writes {@code event}.
     *
     * @throws IllegalArgumentException when its content type is not a possible header value
     */
    static HttpEventEncoder of(CloudEvent event) {
        return CloudEventUtils.toReader(event).read(Writer::new);
    }

    private static final class Writer implements CloudEventWriter<HttpEventEncoder> {

        private final MultiMap headers = HttpHeaders.headers();

        Writer(SpecVersion version) {
            headers.set("ce-specversion", version.toString());
        }

        @Override
        public CloudEventContextWriter withContextAttribute(String name, String value) {
            if (name.equals("datacontenttype")) {
                headers.set(HttpHeaders.CONTENT_TYPE, value);
            } else {
                headers.set("ce-" + name, PercentEncoding.encode(value));
            }
            return this;
        }

        @Override
        public HttpEventEncoder end(CloudEventData data) {
            return new HttpEventEncoder(headers, Buffer.buffer(data.toBytes()));
        }

        @Override
        public HttpEventEncoder end() {
            return new HttpEventEncoder(headers, Buffer.buffer());
        }
    }
}

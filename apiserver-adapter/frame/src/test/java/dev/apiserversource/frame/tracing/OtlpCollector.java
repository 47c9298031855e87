package dev.apiserversource.frame.tracing;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.apiserversource.frame.delivery.Await;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A collector that receives spans by OTLP, http/protobuf, on a free port. */
public final class OtlpCollector {

    private final List<ResourceSpans> received = new CopyOnWriteArrayList<>();
    private final List<HttpServerRequest> requests = new CopyOnWriteArrayList<>();
    private final List<Runnable> awaiting = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile int status = 200;

    public OtlpCollector(Vertx vertx) {
        server = Await.result(
                vertx.createHttpServer().requestHandler(this::receive).listen(0, "localhost"));
    }

    private void receive(HttpServerRequest request) {
        requests.add(request);
        request.body().onSuccess(body -> {
            if (status == 200) {
                received.addAll(parse(body));
                awaiting.forEach(Runnable::run);
            }
            request.response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", "application/x-protobuf")
                    .end(Buffer.buffer(
                            ExportTraceServiceResponse.getDefaultInstance().toByteArray()));
        });
    }

    private static List<ResourceSpans> parse(Buffer body) {
        try {
            return ExportTraceServiceRequest.parseFrom(body.getBytes()).getResourceSpansList();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Without a path. */
    public String endpoint() {
        return "http://localhost:" + server.actualPort();
    }

    /** Refuses what follows. */
    public void answer(int other) {
        status = other;
    }

    /** The paths of all requests. */
    List<String> paths() {
        return requests.stream().map(HttpServerRequest::path).toList();
    }

    String header(String name) {
        return requests.get(0).getHeader(name);
    }

    /** The spans, once there are so many. */
    public List<Span> await(int count) {
        Promise<Void> enough = Promise.promise();
        awaiting.add(() -> {
            if (spans().size() >= count) {
                enough.tryComplete();
            }
        });
        awaiting.forEach(Runnable::run);
        Await.result(enough.future());
        return spans();
    }

    /** The spans so far. */
    public List<Span> spans() {
        return received.stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .toList();
    }

    /** The attributes of the process that sent the first spans. */
    public Map<String, String> resource() {
        return attributes(received.get(0).getResource().getAttributesList());
    }

    /** Attributes as text. */
    public static Map<String, String> attributes(List<KeyValue> attributes) {
        return attributes.stream().collect(Collectors.toMap(KeyValue::getKey, value -> text(value.getValue())));
    }

    private static String text(AnyValue value) {
        return value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue();
    }
}

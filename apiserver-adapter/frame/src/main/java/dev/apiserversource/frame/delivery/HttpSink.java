package dev.apiserversource.frame.delivery;

import dev.apiserversource.frame.time.Timers;
import io.cloudevents.CloudEvent;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.impl.HttpClientConnection;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One attempt: POSTs the event in binary content mode. A 2xx answer succeeds.
 *
 * <p>{@link HttpAttempt} handles timeouts, redirects and responses that do not end.
 */
final class HttpSink implements Sink {

    private final HttpClient client;
    private final SinkAddress address;
    private final DeliverySettings settings;
    private final Timers timers;
    private final SinkAccess access;
    private final Consumer<AsyncResult<Integer>> observer;
    private final Map<String, String> headers;

    /** {@code observer} receives the result of each attempt: a 2xx status or a failure. */
    HttpSink(
            HttpClient client,
            SinkAddress address,
            DeliverySettings settings,
            Timers timers,
            SinkAccess access,
            Consumer<AsyncResult<Integer>> observer) {
        this(client, address, settings, timers, access, observer, Map.of());
    }

    private HttpSink(
            HttpClient client,
            SinkAddress address,
            DeliverySettings settings,
            Timers timers,
            SinkAccess access,
            Consumer<AsyncResult<Integer>> observer,
            Map<String, String> headers) {
        this.client = client;
        this.address = address;
        this.settings = settings;
        this.timers = timers;
        this.access = access;
        this.observer = observer;
        this.headers = headers;
    }

    /** The same sink for one event, whose trace observes its attempts and adds headers to them. */
    HttpSink tracedBy(DeliveryTracer.Trace trace, String sink) {
        Consumer<AsyncResult<Integer>> both = observer.andThen(attempt -> trace.attempted(sink, attempt));
        return new HttpSink(client, address, settings, timers, access, both, trace.headers());
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        return encode(event)
                .onFailure(e -> observer.accept(Future.failedFuture(e)))
                .compose(this::attempt)
                .mapEmpty();
    }

    private static Future<HttpEventEncoder.Message> encode(CloudEvent event) {
        return Future.succeededFuture(event).map(HttpEventEncoder::encode);
    }

    private Future<Integer> attempt(HttpEventEncoder.Message message) {
        return address.identity()
                .map(identity -> attempt(message, identity))
                .orElseGet(() -> attempt(message, Optional.empty()));
    }

    /** Sends a token. A 401 renews it once: it can be refused before it expires, as after a change of keys. */
    private Future<Integer> attempt(HttpEventEncoder.Message message, SinkIdentity identity) {
        return access.tokens()
                .token(identity)
                .onFailure(e -> observer.accept(Future.failedFuture(e)))
                .compose(token -> attempt(message, Optional.of(token))
                        .recover(failure -> isUnauthorized(failure)
                                ? attemptWithout(token, message, identity, failure)
                                : Future.failedFuture(failure)));
    }

    private Future<Integer> attemptWithout(
            String refused, HttpEventEncoder.Message message, SinkIdentity identity, Throwable failure) {
        return access.tokens()
                .replace(identity, refused)
                .compose(other -> other.isEmpty() ? Future.failedFuture(failure) : attempt(message, other));
    }

    private static boolean isUnauthorized(Throwable failure) {
        return failure instanceof DeliveryException attempt && attempt.isUnauthorized();
    }

    private Future<Integer> attempt(HttpEventEncoder.Message message, Optional<String> token) {
        return new HttpAttempt(target -> connect(target, message, token), message.body(), settings.timeout(), timers)
                .start(address.url())
                .onComplete(observer::accept);
    }

    private Future<HttpClientRequest> connect(URI target, HttpEventEncoder.Message message, Optional<String> token) {
        RequestOptions request = request(target, message);
        token.filter(any -> isHostOfSink(target))
                .ifPresent(value -> request.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + value));
        return client.request(request).compose(this::ifPermitted);
    }

    /** A redirect to another host is not followed. Were it, the token would stay with the host that it is for. */
    private boolean isHostOfSink(URI target) {
        return String.valueOf(address.url().getHost()).equalsIgnoreCase(target.getHost());
    }

    private Future<HttpClientRequest> ifPermitted(HttpClientRequest connected) {
        if (access.permit().isGranted()) {
            return Future.succeededFuture(connected);
        }
        connected.reset();
        return Future.failedFuture(DeliveryException.suspended());
    }

    private RequestOptions request(URI target, HttpEventEncoder.Message message) {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(target.toString())
                .setHeaders(message.headers())
                .putHeader("Kn-Namespace", settings.namespace())
                .setFollowRedirects(false)
                .setConnectTimeout(settings.timeout().toMillis());
        headers.forEach(request::putHeader);
        return request;
    }

    /**
     * Makes {@code connection} discard interim answers (1xx), which announce a final one. See <a
     * href="https://www.rfc-editor.org/rfc/rfc9110#section-15.2">RFC 9110</a>.
     *
     * <p>Vert.x 4 takes all but 100 and 103 for the final answer. With HTTP/1.1 it then reuses the connection, and the
     * next request gets the final answer of this one. 101 is not discarded: what follows it is not HTTP.
     */
    static void discardInterimAnswers(HttpConnection connection) {
        ChannelPipeline pipeline = ((HttpClientConnection) connection).channel().pipeline();
        ChannelHandlerContext codec = pipeline.context(HttpClientCodec.class);
        Http2ConnectionHandler http2 = pipeline.get(Http2ConnectionHandler.class);
        if (codec != null) {
            pipeline.addAfter(codec.name(), null, new InterimAnswers());
        } else if (http2 != null) {
            http2.decoder().frameListener(new InterimHeaders(http2.decoder().frameListener()));
        }
    }

    /** Discards the interim answers of an HTTP/1.1 connection. */
    private static final class InterimAnswers extends ChannelInboundHandlerAdapter {

        private boolean interim;

        /** The parts of an answer arrive one by one, the head first. */
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpResponse response) {
                interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL
                        && !response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
            }
            if (interim) {
                ReferenceCountUtil.release(message);
            } else {
                context.fireChannelRead(message);
            }
        }
    }

    /** Discards the interim answers of an HTTP/2 connection: each is one frame of headers, and no data follows. */
    private static final class InterimHeaders extends Http2FrameListenerDecorator {

        InterimHeaders(Http2FrameListener listener) {
            super(listener);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context, int stream, Http2Headers headers, int padding, boolean end)
                throws Http2Exception {
            if (!isInterim(headers)) {
                super.onHeadersRead(context, stream, headers, padding, end);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context,
                int stream,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean end)
                throws Http2Exception {
            if (!isInterim(headers)) {
                super.onHeadersRead(context, stream, headers, dependency, weight, exclusive, padding, end);
            }
        }

        /** Trailers have no status. Netty refuses an interim answer that ends the stream. */
        private static boolean isInterim(Http2Headers headers) {
            CharSequence status = headers.status();
            return status != null
                    && HttpStatusClass.valueOf(status) == HttpStatusClass.INFORMATIONAL
                    && !HttpResponseStatus.SWITCHING_PROTOCOLS.codeAsText().contentEquals(status);
        }
    }
}

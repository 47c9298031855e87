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

    private static final CharSequence NAMESPACE_HEADER = HttpHeaders.createOptimized("Kn-Namespace");

    private final HttpClient client;
    private final SinkAddress address;
    private final DeliverySettings settings;
    private final HttpAttempt.Clocks clocks;
    private final RequestTarget target;
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
        this(client, address, settings, HttpAttempt.Clocks.of(settings.timeout(), timers), access, observer, Map.of());
    }

    private HttpSink(
            HttpClient client,
            SinkAddress address,
            DeliverySettings settings,
            HttpAttempt.Clocks clocks,
            SinkAccess access,
            Consumer<AsyncResult<Integer>> observer,
            Map<String, String> headers) {
        this.client = client;
        this.address = address;
        this.settings = settings;
        this.clocks = clocks;
        this.target = RequestTarget.of(address.url());
        this.access = access;
        this.observer = observer;
        this.headers = headers;
    }

    /** The same sink for one event, whose trace observes its attempts and adds headers to them. */
    HttpSink tracedBy(DeliveryTracer.Trace trace, String sink) {
        Consumer<AsyncResult<Integer>> both = observer.andThen(attempt -> trace.attempted(sink, attempt));
        return new HttpSink(client, address, settings, clocks, access, both, trace.headers());
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        HttpEventEncoder.Message message;
        try {
            message = HttpEventEncoder.encode(event);
        } catch (RuntimeException e) {
            observer.accept(Future.failedFuture(e));
            return Future.failedFuture(e);
        }
        return attempt(message).mapEmpty();
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
        return new HttpAttempt(url -> connect(url, message, token), message.body(), clocks)
                .start(address.url())
                .onComplete(observer::accept);
    }

    private Future<HttpClientRequest> connect(URI url, HttpEventEncoder.Message message, Optional<String> token) {
        RequestOptions request = request(url, message);
        token.filter(any -> isHostOfSink(url))
                .ifPresent(value -> request.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + value));
        return client.request(request).compose(this::ifPermitted);
    }

    /** A redirect to another host is not followed. Were it, the token would stay with the host that it is for. */
    private boolean isHostOfSink(URI url) {
        return String.valueOf(address.url().getHost()).equalsIgnoreCase(url.getHost());
    }

    private Future<HttpClientRequest> ifPermitted(HttpClientRequest connected) {
        if (access.permit().isGranted()) {
            return Future.succeededFuture(connected);
        }
        connected.reset();
        return Future.failedFuture(DeliveryException.suspended());
    }

    private RequestOptions request(URI url, HttpEventEncoder.Message message) {
        RequestTarget to = url.equals(address.url()) ? target : RequestTarget.of(url);
        RequestOptions request = to.options()
                .setMethod(HttpMethod.POST)
                .setHeaders(message.headers())
                .putHeader(NAMESPACE_HEADER, settings.namespace())
                .setFollowRedirects(false)
                .setConnectTimeout(settings.timeout().toMillis());
        headers.forEach(request::putHeader);
        return request;
    }

    /** The parts of a URL, so that it is parsed once and not for each request. */
    private record RequestTarget(boolean tls, String host, int port, String uri) {

        static RequestTarget of(URI url) {
            RequestOptions parsed = new RequestOptions().setAbsoluteURI(url.toString());
            return new RequestTarget(parsed.isSsl(), parsed.getHost(), parsed.getPort(), parsed.getURI());
        }

        RequestOptions options() {
            return new RequestOptions().setSsl(tls).setHost(host).setPort(port).setURI(uri);
        }
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

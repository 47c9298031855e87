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
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.impl.HttpClientConnection;

import java.net.URI;
import java.util.function.Consumer;

/**
 * One attempt: POSTs the event in binary content mode. A 2xx answer succeeds.
 *
 * <p>{@link HttpAttempt} handles timeouts, redirects and responses that do not end.
 */
final class HttpSink implements Sink {

    private final HttpClient client;
    private final URI url;
    private final DeliverySettings settings;
    private final Timers timers;
    private final SendPermit permit;
    private final Consumer<AsyncResult<Integer>> observer;

    /** {@code observer} receives the result of each attempt: a 2xx status or a failure. */
    HttpSink(
            HttpClient client,
            URI url,
            DeliverySettings settings,
            Timers timers,
            SendPermit permit,
            Consumer<AsyncResult<Integer>> observer) {
        this.client = client;
        this.url = url;
        this.settings = settings;
        this.timers = timers;
        this.permit = permit;
        this.observer = observer;
    }

    @Override
    public Future<Void> deliver(CloudEvent event) {
        return encode(event).compose(this::attempt).onComplete(observer::accept).mapEmpty();
    }

    private static Future<HttpEventEncoder.Message> encode(CloudEvent event) {
        return Future.succeededFuture(event).map(HttpEventEncoder::encode);
    }

    private Future<Integer> attempt(HttpEventEncoder.Message message) {
        return new HttpAttempt(target -> connect(target, message), message.body(), settings.timeout(), timers)
                .start(url);
    }

    private Future<HttpClientRequest> connect(URI target, HttpEventEncoder.Message message) {
        return client.request(request(target, message)).compose(this::ifPermitted);
    }

    private Future<HttpClientRequest> ifPermitted(HttpClientRequest connected) {
        if (permit.isGranted()) {
            return Future.succeededFuture(connected);
        }
        connected.reset();
        return Future.failedFuture(DeliveryException.suspended());
    }

    private RequestOptions request(URI target, HttpEventEncoder.Message message) {
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(target.toString())
                .setHeaders(message.headers())
                .putHeader("Kn-Namespace", settings.namespace())
                .setFollowRedirects(false)
                .setConnectTimeout(settings.timeout().toMillis());
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

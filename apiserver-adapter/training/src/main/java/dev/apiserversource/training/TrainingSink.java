package dev.apiserversource.training;

import dev.apiserversource.samples.embedded.SelfSignedCertificate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Two sinks on the loopback address: a plain one, which answers as it is told to, and one with TLS. */
final class TrainingSink {

    private static final int ACCEPTED = 202;

    private final SelfSignedCertificate certificate;
    private final HttpServer plain;
    private final HttpServer secure;
    private final AtomicLong accepted = new AtomicLong();
    private final Set<String> subjects = ConcurrentHashMap.newKeySet();
    private volatile int status = ACCEPTED;

    private TrainingSink(Vertx vertx, SelfSignedCertificate certificate) {
        this.certificate = certificate;
        HttpServerOptions options = new HttpServerOptions().setHost("127.0.0.1").setPort(0);
        plain = vertx.createHttpServer(options).requestHandler(request -> answer(request, status));
        HttpServerOptions withTls =
                new HttpServerOptions(options).setSsl(true).setKeyCertOptions(certificate.keyStoreOptions());
        secure = vertx.createHttpServer(withTls).requestHandler(request -> answer(request, ACCEPTED));
    }

    static Future<TrainingSink> start(Vertx vertx) {
        return vertx.executeBlocking(SelfSignedCertificate::create)
                .map(certificate -> new TrainingSink(vertx, certificate))
                .compose(sink ->
                        Future.all(sink.plain.listen(), sink.secure.listen()).map(sink));
    }

    private void answer(HttpServerRequest request, int answer) {
        request.body().onSuccess(body -> {
            request.response().setStatusCode(answer).end();
            if (answer == ACCEPTED) {
                accepted.incrementAndGet();
                String subject = request.getHeader("ce-subject");
                if (subject != null && subject.contains(TrainingObjects.MARKER)) {
                    subjects.add(subject.substring(subject.lastIndexOf('/') + 1));
                }
            }
        });
    }

    /** The status that the plain sink answers from now on. */
    void answerWith(int newStatus) {
        status = newStatus;
    }

    void accept() {
        status = ACCEPTED;
    }

    /** Events that one of the sinks has accepted, repeats included. */
    long accepted() {
        return accepted.get();
    }

    /** Whether the event of a marker was accepted. */
    boolean hasMarker(String name) {
        return subjects.contains(name);
    }

    String plainUrl() {
        return "http://127.0.0.1:" + plain.actualPort();
    }

    String secureUrl() {
        return "https://127.0.0.1:" + secure.actualPort();
    }

    /** The certificate of the sink with TLS, in PEM. */
    String certificatePem() {
        return certificate.pem();
    }
}

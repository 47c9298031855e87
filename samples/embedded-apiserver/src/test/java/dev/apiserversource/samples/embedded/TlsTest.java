package dev.apiserversource.samples.embedded;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemTrustOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.concurrent.TimeUnit;

import static dev.apiserversource.samples.embedded.RunningServer.CONFIG_MAPS;
import static org.assertj.core.api.Assertions.assertThat;

class TlsTest {

    @RegisterExtension
    final RunningServer server =
            new RunningServer(EmbeddedApiServerOptions.defaults().withTls(true));

    @Test
    void servesHttp2WithItsCertificate() throws Exception {
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setTrustOptions(new PemTrustOptions()
                        .addCertValue(Buffer.buffer(server.api().certificatePem())));

        HttpClientResponse response = server.vertx()
                .createHttpClient(options)
                .request(HttpMethod.GET, server.api().port(), "127.0.0.1", CONFIG_MAPS)
                .compose(request -> request.send())
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);

        assertThat(server.api().url()).startsWith("https://");
        assertThat(response.version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(response.statusCode()).isEqualTo(200);
    }
}

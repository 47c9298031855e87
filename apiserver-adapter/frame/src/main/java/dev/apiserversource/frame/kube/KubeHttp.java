package dev.apiserversource.frame.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;

/**
 * HTTP to an API server. A {@link io.fabric8.kubernetes.client.KubernetesClient} would load its operations and models,
 * which the paths of requests and the bytes of responses do not need. Made by {@link KubeClients#http}.
 *
 * @param client has address, credentials and TLS of the API server
 * @param baseUrl the API server's URL as it is configured, without a trailing slash
 */
public record KubeHttp(HttpClient client, String baseUrl) implements AutoCloseable {

    static KubeHttp of(HttpClient client, Config config) {
        String url = config.getMasterUrl();
        return new KubeHttp(client, url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
    }

    @Override
    public void close() {
        client.close();
    }
}

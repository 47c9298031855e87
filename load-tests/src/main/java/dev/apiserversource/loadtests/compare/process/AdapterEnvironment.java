package dev.apiserversource.loadtests.compare.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The environment of an adapter: the variables that Knative's controller sets, and those that a client of Kubernetes
 * finds its API server by.
 *
 * <p>Both adapters get the same. A client of Go reads KUBECONFIG, one that runs as in a pod the variables of the
 * kubelet. Over plain HTTP there is KUBECONFIG alone, because the variables of the kubelet mean HTTPS.
 */
public final class AdapterEnvironment {

    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            clusters: [{name: feed, cluster: {server: "%s"%s}}]
            contexts: [{name: feed, context: {cluster: feed, user: feed}}]
            users: [{name: feed, user: {token: "%s"}}]
            current-context: feed
            """;
    private static final String TOKEN = "feed-token";
    private static final String SOURCE = """
            {"namespaces":[%s],"allNamespaces":false,"mode":"Resource","failFast":false,"resources":[%s]}""";
    private static final String RESOURCE = """
            {"gvr":{"Group":"","Version":"v1","Resource":"%s"}}""";

    private final Map<String, String> variables = new HashMap<>();
    private final Path folder;

    /**
     * Without API server and sink.
     *
     * @param folder for the files that variables name; also HOME
     */
    public AdapterEnvironment(Path folder) {
        this.folder = folder;
        variables.put("PATH", System.getenv("PATH"));
        variables.put("HOME", folder.toString());
        variables.put("NAME", "compared");
        variables.put("NAMESPACE", "load-0000");
        variables.put("SYSTEM_NAMESPACE", "knative-eventing");
        variables.put("METRICS_DOMAIN", "knative.dev/eventing");
        variables.put("CHECKPOINT_NAME", "");
        variables.put("LEASE_NAME", "");
        variables.put("METRICS_PORT", "0");
        variables.put("PROBES_PORT", "0");
        variables.put("LOG_FORMAT", "json");
    }

    /** The API server over plain HTTP. */
    public AdapterEnvironment plainApiServer(int port) {
        return kubeconfig("http://127.0.0.1:" + port, "");
    }

    /** The API server over TLS, trusted by the certificates in the file. */
    public AdapterEnvironment apiServer(int port, Path certificates) {
        variables.put("KUBERNETES_SERVICE_HOST", "127.0.0.1");
        variables.put("KUBERNETES_SERVICE_PORT", Integer.toString(port));
        variables.put("KUBERNETES_AUTH_TRYKUBECONFIG", "false");
        variables.put(
                "KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN", file("token", TOKEN).toString());
        variables.put("KUBERNETES_CERTS_CA_FILE", certificates.toString());
        return kubeconfig("https://127.0.0.1:" + port, ", certificate-authority: \"" + certificates + "\"");
    }

    private AdapterEnvironment kubeconfig(String server, String certificates) {
        String text = KUBECONFIG.formatted(server, certificates, TOKEN);
        variables.put("KUBECONFIG", file("kubeconfig", text).toString());
        return this;
    }

    /** The sink. */
    public AdapterEnvironment sink(int port) {
        return with("K_SINK", "http://127.0.0.1:" + port + "/");
    }

    /** What is watched. */
    public AdapterEnvironment source(List<String> namespaces, List<String> plurals) {
        return with(
                "K_SOURCE_CONFIG",
                SOURCE.formatted(
                        namespaces.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(",")),
                        plurals.stream().map(RESOURCE::formatted).collect(Collectors.joining(","))));
    }

    /** One more variable. */
    public AdapterEnvironment with(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /** All variables. */
    public Map<String, String> variables() {
        return Map.copyOf(variables);
    }

    private Path file(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

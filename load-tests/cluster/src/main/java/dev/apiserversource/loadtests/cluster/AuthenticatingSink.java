package dev.apiserversource.loadtests.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.KubernetesClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A sink that accepts events only with a token: issuer, audience, subject, expiry and signature are checked with the
 * keys that the API server publishes, as a sink in a cluster does. Everything else is answered with 401.
 */
public final class AuthenticatingSink implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BEARER = "Bearer ";
    private static final int ACCEPTED = 202;
    private static final int UNAUTHORIZED = 401;
    private static final int NO_BODY = -1;

    private final HttpServer server;
    private final JsonNode keys;
    private final String issuer;
    private final String audience;
    private final String sender;
    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private final Set<String> subjects = ConcurrentHashMap.newKeySet();
    private final Set<String> revoked = ConcurrentHashMap.newKeySet();
    private volatile boolean revoking;

    private AuthenticatingSink(KubernetesClient client, String audience, String sender) {
        this.keys = json(client.raw("/openid/v1/jwks")).path("keys");
        this.issuer = json(client.raw("/.well-known/openid-configuration"))
                .path("issuer")
                .asText();
        this.audience = audience;
        this.sender = sender;
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A sink on a free port of the loopback address.
     *
     * @param client reads the keys
     * @param audience the name of this sink
     * @param sender the user whose events are accepted
     */
    public static AuthenticatingSink start(KubernetesClient client, String audience, String sender) {
        AuthenticatingSink sink = new AuthenticatingSink(client, audience, sender);
        sink.server.createContext("/", sink::receive);
        sink.server.start();
        return sink;
    }

    /** The URL to POST events to. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    /** Refuses the token of the next event, and that token from then on. */
    public void revokeNext() {
        revoking = true;
    }

    /** The subjects of the events that were accepted, empty for one without a subject. */
    public Set<String> subjects() {
        return Set.copyOf(subjects);
    }

    /** Each token that arrived, once. */
    public List<String> tokens() {
        return tokens.stream().distinct().toList();
    }

    /** Why events were refused. */
    public List<String> refusals() {
        return List.copyOf(refusals);
    }

    private void receive(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String problem = problem(exchange.getRequestHeaders().getFirst("Authorization"));
        if (problem.isEmpty()) {
            String subject = exchange.getRequestHeaders().getFirst("ce-subject");
            subjects.add(subject == null ? "" : subject);
        } else {
            refusals.add(problem);
        }
        exchange.sendResponseHeaders(problem.isEmpty() ? ACCEPTED : UNAUTHORIZED, NO_BODY);
        exchange.close();
    }

    private String problem(String header) {
        if (header == null || !header.startsWith(BEARER)) {
            return "no token";
        }
        String token = header.substring(BEARER.length());
        tokens.add(token);
        if (revoking) {
            revoking = false;
            revoked.add(token);
        }
        try {
            return revoked.contains(token) ? "revoked" : problem(token.split("\\."));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return "malformed: " + e.getMessage();
        }
    }

    private String problem(String[] parts) throws GeneralSecurityException {
        if (parts.length != 3) {
            return "no JWT";
        }
        JsonNode claims = json(text(parts[1]));
        if (!isSigned(parts, json(text(parts[0])).path("kid").asText())) {
            return "signature";
        }
        if (!claims.path("iss").asText().equals(issuer)) {
            return "issuer " + claims.path("iss");
        }
        if (claims.path("aud").size() != 1
                || !claims.path("aud").path(0).asText().equals(audience)) {
            return "audience " + claims.path("aud");
        }
        if (!claims.path("sub").asText().equals(sender)) {
            return "subject " + claims.path("sub");
        }
        return Instant.now().isBefore(Instant.ofEpochSecond(claims.path("exp").asLong())) ? "" : "expired";
    }

    private boolean isSigned(String[] parts, String keyId) throws GeneralSecurityException {
        for (JsonNode key : keys) {
            if (key.path("kid").asText().equals(keyId)) {
                Signature signature = Signature.getInstance("SHA256withRSA");
                signature.initVerify(publicKey(key));
                signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
                return signature.verify(Base64.getUrlDecoder().decode(parts[2]));
            }
        }
        return false;
    }

    private static PublicKey publicKey(JsonNode key) throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(
                        number(key.path("n").asText()), number(key.path("e").asText())));
    }

    private static BigInteger number(String base64) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(base64));
    }

    private static String text(String base64) {
        return new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

package dev.apiserversource.controller.identity;

import dev.apiserversource.controller.apply.ChildMetadata;
import dev.apiserversource.controller.status.ConditionValue;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Secrets with the tokens of containers that are not ours, and cannot request any. Each has one token, with the key
 * {@code token}, for the audience of one sink.
 *
 * <p>A token is valid for an hour and replaced when half of that has passed, by the reconciliation that follows.
 * Secrets are written and never read: the right to read them would be one to all Secrets of the cluster. So what was
 * written is known to this process only, and after a start each is written once.
 */
public final class TokenSecrets {

    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final int RENEWED_AT = 2;
    private static final Map<String, String> LABELS = Map.of("eventing.knative.dev/oidc", "enabled");

    private final KubernetesClient client;
    private final Clock clock;
    private final Map<String, Written> written = new ConcurrentHashMap<>();

    /** What a Secret has. */
    private record Written(String audience, Instant renewAt) {}

    /**
     * No Secrets yet.
     *
     * @param client requests tokens and writes Secrets
     * @param clock decides when a token is replaced
     */
    public TokenSecrets(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /** The name of the Secret of {@code source}. It has the uid, so that no Secret of a user is replaced. */
    public static String name(HasMetadata source) {
        return ChildMetadata.name(
                source.getMetadata().getName(),
                "-oidc-token-" + source.getMetadata().getUid());
    }

    /**
     * Writes a token of the ServiceAccount of {@code source}, which must exist, unless a fresh one for that audience
     * was written.
     *
     * @return the condition OIDCTokenSecretCreated
     * @throws KubernetesClientException when the API server fails
     */
    public ConditionValue ensure(HasMetadata source, String audience) {
        Instant now = clock.instant();
        String key = source.getMetadata().getUid();
        Written last = written.get(key);
        if (last != null && last.audience().equals(audience) && now.isBefore(last.renewAt())) {
            return ConditionValue.TRUE;
        }
        try {
            TokenRequest answer = request(source, audience);
            write(secret(source, answer.getStatus().getToken()));
            written.values().removeIf(old -> now.isAfter(old.renewAt().plus(LIFETIME)));
            written.put(key, new Written(audience, now.plus(lifetime(answer).dividedBy(RENEWED_AT))));
            return ConditionValue.TRUE;
        } catch (KubernetesClientException e) {
            return SinkIdentity.refused(e, "a token of the ServiceAccount " + SinkIdentity.name(source));
        }
    }

    private TokenRequest request(HasMetadata source, String audience) {
        TokenRequest request = new TokenRequestBuilder()
                .withNewSpec()
                .withAudiences(audience)
                .withExpirationSeconds(LIFETIME.toSeconds())
                .endSpec()
                .build();
        return client.serviceAccounts()
                .inNamespace(source.getMetadata().getNamespace())
                .withName(SinkIdentity.name(source))
                .tokenRequest(request);
    }

    /** The API server may grant another lifetime than requested. */
    private static Duration lifetime(TokenRequest answer) {
        Long seconds = answer.getSpec().getExpirationSeconds();
        return seconds == null ? LIFETIME : Duration.ofSeconds(seconds);
    }

    private static Secret secret(HasMetadata source, String token) {
        return new SecretBuilder()
                .withMetadata(ChildMetadata.of(source, name(source), LABELS))
                .withType("Opaque")
                .addToStringData("token", token)
                .build();
    }

    /** By raw requests: an update of the client reads the object first. */
    private void write(Secret secret) {
        String all = "/api/v1/namespaces/" + secret.getMetadata().getNamespace() + "/secrets";
        try {
            client.raw(all + "/" + secret.getMetadata().getName(), "PUT", secret);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            client.raw(all, "POST", secret);
        }
    }
}

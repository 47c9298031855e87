package dev.apiserversource.frame.leader;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.frame.kube.ApiObjects;
import dev.apiserversource.frame.kube.ApiObjects.Answer;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** A Lease of the real API server. It is changed by merge patches that name its resourceVersion: what others have put on it stays. */
public final class KubeLeaseStore implements LeaseStore {

    /** Where the holder answers those who stand by. */
    public static final String ADDRESS = "apiserversource.dev/address";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int USUAL_SECONDS = 15;

    /** What Kubernetes calls MicroTime: always six digits. */
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final ApiObjects objects;
    private final String path;

    public KubeLeaseStore(ApiObjects objects, LeaseSettings settings) {
        this.objects = objects;
        this.path = "/apis/coordination.k8s.io/v1/namespaces/" + settings.namespace() + "/leases/" + settings.name();
    }

    @Override
    public Future<LeaseRecord> read() {
        return objects.get(path).compose(KubeLeaseStore::record);
    }

    @Override
    public Future<LeaseRecord> write(LeaseUpdate claim, String version) {
        return objects.patch(path, "application/merge-patch+json", patch(claim, version))
                .compose(KubeLeaseStore::record);
    }

    private static ObjectNode patch(LeaseUpdate claim, String version) {
        ObjectNode patch = JSON.createObjectNode();
        ObjectNode metadata = patch.putObject("metadata").put("resourceVersion", version);
        metadata.putObject("annotations").put(ADDRESS, claim.address());
        ObjectNode spec = patch.putObject("spec")
                .put("holderIdentity", claim.holder())
                .put("leaseDurationSeconds", Math.max(1, claim.duration().toSeconds()))
                .put("leaseTransitions", claim.transitions())
                .put("renewTime", microTime(claim.renewed()));
        if (claim.acquired() != null) {
            spec.put("acquireTime", microTime(claim.acquired()));
        }
        return patch;
    }

    private static String microTime(@Nullable Instant moment) {
        return MICRO_TIME.format(moment);
    }

    private static Future<LeaseRecord> record(Answer answer) {
        if (answer.status() != 200) {
            return Future.failedFuture(new LeaseException(answer.status(), answer.message()));
        }
        JsonNode metadata = answer.body().path("metadata");
        JsonNode spec = answer.body().path("spec");
        return Future.succeededFuture(new LeaseRecord(
                metadata.path("uid").asText(),
                metadata.path("resourceVersion").asText(),
                spec.path("holderIdentity").asText(""),
                Optional.of(metadata.path("annotations").path(ADDRESS).asText(""))
                        .filter(address -> !address.isEmpty()),
                spec.path("leaseTransitions").asInt(0),
                spec.path("renewTime").asText(""),
                Duration.ofSeconds(spec.path("leaseDurationSeconds").asInt(USUAL_SECONDS))));
    }
}

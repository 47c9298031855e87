package dev.apiserversource.loadtests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a test may add to the API server's defaults. */
public enum ApiServerOption {
    /** Logs each request with its user and its object; read it through {@link ControlPlane#auditLog()}. */
    AUDIT_LOG {
        @Override
        List<String> flags(Path folder) {
            return List.of(
                    "--audit-policy-file=" + writePolicy(folder.resolve("audit-policy.yaml")),
                    "--audit-log-path=" + folder.resolve(AuditLog.FILE));
        }
    },
    /** Answers no request with 429, for tests that ask for more at once than a user would. */
    UNLIMITED_REQUESTS {
        @Override
        List<String> flags(Path folder) {
            return List.of(
                    "--max-requests-inflight=0",
                    "--max-mutating-requests-inflight=0",
                    "--enable-priority-and-fairness=false");
        }
    },
    /** Serves no MutatingAdmissionPolicies, like Kubernetes before 1.36. */
    NO_MUTATING_POLICIES {
        @Override
        List<String> flags(Path folder) {
            return List.of(
                    "--disable-admission-plugins=MutatingAdmissionPolicy",
                    "--runtime-config=admissionregistration.k8s.io/v1/mutatingadmissionpolicies=false,"
                            + "admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings=false");
        }
    },
    /** Compacts etcd every second instead of every five minutes. A revision is gone after two intervals. */
    FREQUENT_COMPACTION {
        @Override
        List<String> flags(Path folder) {
            return List.of("--etcd-compaction-interval=1s");
        }
    },
    /** Compacts etcd every 30 seconds. A revision is gone after two intervals. */
    COMPACTION_EVERY_30_SECONDS {
        @Override
        List<String> flags(Path folder) {
            return List.of("--etcd-compaction-interval=30s");
        }
    },
    /** Compacts etcd every minute. A revision is gone after two intervals. */
    COMPACTION_EVERY_MINUTE {
        @Override
        List<String> flags(Path folder) {
            return List.of("--etcd-compaction-interval=1m");
        }
    },
    /** Event objects expire after 20 seconds instead of an hour, those of a second under one resourceVersion. */
    SHORT_EVENT_TTL {
        @Override
        List<String> flags(Path folder) {
            return List.of("--event-ttl=20s");
        }
    };

    /** The flags of kube-apiserver, for a server that keeps its files in {@code folder}. */
    abstract List<String> flags(Path folder);

    private static Path writePolicy(Path file) {
        try {
            return Files.writeString(file, """
                    apiVersion: audit.k8s.io/v1
                    kind: Policy
                    omitStages: [RequestReceived]
                    rules: [{level: Metadata}]
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

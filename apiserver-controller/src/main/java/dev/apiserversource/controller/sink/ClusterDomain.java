package dev.apiserversource.controller.sink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * The suffix of the DNS names of Services, as the kubelet configures it in each pod.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/">DNS for Services and Pods</a>
 */
public final class ClusterDomain {

    /** The domain of most clusters. */
    public static final String DEFAULT = "cluster.local";

    private static final String SERVICES = "svc.";

    private ClusterDomain() {}

    /** The domain in the search list of a resolver's configuration; the default when the file names none. */
    public static String of(Path resolvConf) {
        try (Stream<String> lines = Files.lines(resolvConf)) {
            return lines.map(line -> line.trim().split("\\s+"))
                    .filter(words -> words[0].equals("search"))
                    .flatMap(words -> Arrays.stream(words).skip(1))
                    .filter(domain -> domain.startsWith(SERVICES))
                    .map(domain -> domain.substring(SERVICES.length()).replaceFirst("\\.$", ""))
                    .filter(domain -> !domain.isEmpty())
                    .findFirst()
                    .orElse(DEFAULT);
        } catch (IOException e) {
            // Outside of a cluster there may be no such file.
            return DEFAULT;
        }
    }
}

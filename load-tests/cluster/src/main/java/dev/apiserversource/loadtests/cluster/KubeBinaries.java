package dev.apiserversource.loadtests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs of a real control plane, laid out as {@code $KUBE_API_TEST_DIR/k8s/<version>-<platform>/}.
 *
 * @param etcd the etcd program
 * @param apiServer the kube-apiserver program
 */
public record KubeBinaries(Path etcd, Path apiServer) {

    /** Environment variable with the path of the folder. */
    public static final String VARIABLE = "KUBE_API_TEST_DIR";

    /** The newest version in the folder that {@code environment} names; empty when there is none. */
    public static Optional<KubeBinaries> find(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(VARIABLE))
                .map(folder -> Path.of(folder, "k8s"))
                .filter(Files::isDirectory)
                .flatMap(KubeBinaries::newestIn);
    }

    private static Optional<KubeBinaries> newestIn(Path versions) {
        try (Stream<Path> folders = Files.list(versions)) {
            return folders.map(folder -> new KubeBinaries(folder.resolve("etcd"), folder.resolve("kube-apiserver")))
                    .filter(KubeBinaries::runnable)
                    .max(Comparator.comparing(KubeBinaries::etcd));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + versions, e);
        }
    }

    private boolean runnable() {
        return Files.isExecutable(etcd) && Files.isExecutable(apiServer);
    }
}

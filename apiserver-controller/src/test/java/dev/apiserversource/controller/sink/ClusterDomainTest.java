package dev.apiserversource.controller.sink;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

class ClusterDomainTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "search shop.svc.k8s.example svc.k8s.example k8s.example, k8s.example",
        "search svc.k8s.example., k8s.example",
        "search corp.example, cluster.local",
        "# search svc.k8s.example, cluster.local",
        "search svc., cluster.local"
    })
    void readsTheSearchList(String line, String domain) throws IOException {
        Path file = Files.writeString(folder.resolve("resolv.conf"), "nameserver 10.0.0.10\n" + line + "\n");
        assertThat(ClusterDomain.of(file)).isEqualTo(domain);
    }

    @Test
    void defaultsWithoutAFile() {
        assertThat(ClusterDomain.of(folder.resolve("absent"))).isEqualTo("cluster.local");
    }
}

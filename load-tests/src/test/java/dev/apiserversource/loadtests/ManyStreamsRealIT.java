package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.adapter.AdapterProcess;
import dev.apiserversource.loadtests.adapter.SourceConfig;
import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.sink.ReceivedEvent;
import dev.apiserversource.loadtests.truth.ConfigMapWriter;
import dev.apiserversource.loadtests.truth.GroundTruth;
import dev.apiserversource.loadtests.truth.ParallelWrites;
import dev.apiserversource.loadtests.truth.Verdict;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Many watches in one adapter. */
@RealApiServer
class ManyStreamsRealIT {

    private static final int NAMESPACES = 1_000;
    private static final int THREADS = 16;

    /** One connection carries a hundred watches; a client that opens many at once may begin with more connections than it needs. */
    private static final long CONNECTIONS = 2 * NAMESPACES / 100;

    @Test
    void aThousandWatchesShareFewConnectionsAndSurviveARestart(ControlPlane plane) {
        String[] namespaces = new String[NAMESPACES];
        try (Rig rig = new Rig(plane);
                ParallelWrites writes = new ParallelWrites(THREADS)) {
            rig.account().mayWatch("", "configmaps");
            writes.run(NAMESPACES, i -> namespaces[i] = plane.newNamespace("many"));
            SourceConfig config =
                    SourceConfig.ofResources().in(List.of(namespaces)).watch("", "v1", "configmaps");

            long begin = System.nanoTime();
            AdapterProcess adapter = rig.launch(config).awaitReady(Patience.ofSeconds(120));
            Duration starting = Duration.ofNanos(System.nanoTime() - begin);
            long connections = adapter.connectionsTo(plane.url());
            Results.print(
                    "many streams",
                    "%d watches ready in %s over %d connections, %d MB resident",
                    NAMESPACES,
                    starting,
                    connections,
                    adapter.residentBytes() >> 20);
            assertThat(connections).isLessThanOrEqualTo(CONNECTIONS);

            eachTells(rig, writes, namespaces, "first");
            plane.restartApiServer();
            adapter.awaitReady(Patience.ofSeconds(60));
            eachTells(rig, writes, namespaces, "after-the-restart");
        }
    }

    private static void eachTells(Rig rig, ParallelWrites writes, String[] namespaces, String name) {
        int before = rig.sink().takenCount();
        GroundTruth truth = new GroundTruth();
        ConfigMapWriter writer = new ConfigMapWriter(rig.client(), truth);
        writes.run(NAMESPACES, i -> writer.create(namespaces[i], name, "1"));
        List<ReceivedEvent> taken = rig.sink().await(before + NAMESPACES, Patience.ofSeconds(90));
        assertThat(truth.everyChange(taken.subList(before, taken.size()))).matches(Verdict::flawless);
    }
}

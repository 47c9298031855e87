package dev.apiserversource.loadtests.compare.row;

import dev.apiserversource.loadtests.compare.process.Adapter;
import dev.apiserversource.loadtests.compare.process.AdapterEnvironment;
import dev.apiserversource.loadtests.compare.process.CpuQuota;
import dev.apiserversource.loadtests.compare.report.Figure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The start with a part of a CPU, as in a pod whose node is busy: until {@code /health} answers, and until the first
 * event. An adapter without {@code PROBES_PORT} has the time of the first event for both.
 */
final class QuotaRow extends PodRow {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int OK = 200;

    /** A quota in thousandths of a CPU, and the figures that belong to it. */
    private record Quota(int millicores, Figure health, Figure event) {}

    private static final List<Quota> QUOTAS = List.of(
            new Quota(50, Figure.QUOTA_50M_HEALTH, Figure.QUOTA_50M_EVENT),
            new Quota(100, Figure.QUOTA_100M_HEALTH, Figure.QUOTA_100M_EVENT),
            new Quota(200, Figure.QUOTA_200M_HEALTH, Figure.QUOTA_200M_EVENT));

    QuotaRow(Bench bench) {
        super(bench, List.of("--interval-ms", "5"), List.of());
    }

    @Override
    public Map<Figure, Double> run(Variant variant) {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        for (Quota quota : QUOTAS) {
            Optional<CpuQuota> group = CpuQuota.create(quota.millicores);
            if (group.isEmpty()) {
                return Map.of();
            }
            try (CpuQuota limit = group.get()) {
                figures.putAll(run(variant, quota, limit));
            }
        }
        return figures;
    }

    private Map<Figure, Double> run(Variant variant, Quota quota, CpuQuota limit) {
        reset();
        int probes = freePort();
        AdapterEnvironment environment = environment().with("PROBES_PORT", Integer.toString(probes));
        try (Adapter adapter = bench().start(variant, environment, limit.enter())) {
            long healthy = awaitHealth(probes, adapter.startedAt());
            long event = sink().await("mark", LIMIT, adapter).number(2);
            return Map.of(
                    quota.health, (Math.min(healthy, event) - adapter.startedAt()) / SECOND,
                    quota.event, (event - adapter.startedAt()) / SECOND);
        }
    }

    /** When the probe has answered; Long.MAX_VALUE if the first event came before. */
    private long awaitHealth(int port, long startedAt) {
        while (System.nanoTime() - startedAt < LIMIT.toNanos()) {
            if (isHealthy(port)) {
                return System.nanoTime();
            }
            if (sink().hasPrinted("mark")) {
                return Long.MAX_VALUE;
            }
            Bench.pause(POLL_INTERVAL);
        }
        throw new IllegalStateException("not healthy and no event within " + LIMIT);
    }

    private static boolean isHealthy(int port) {
        try {
            HttpURLConnection probe = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + "/health").toURL().openConnection();
            probe.setConnectTimeout(Math.toIntExact(LIMIT.toMillis()));
            probe.setReadTimeout(Math.toIntExact(LIMIT.toMillis()));
            return probe.getResponseCode() == OK;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

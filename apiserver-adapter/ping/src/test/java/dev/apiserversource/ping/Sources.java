package dev.apiserversource.ping;

import dev.apiserversource.frame.delivery.DeliverySettings;
import dev.apiserversource.frame.delivery.SinkAddress;
import io.cloudevents.core.data.BytesCloudEventData;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** PingSources for tests. */
final class Sources {

    static final Instant CREATED = Instant.parse("2025-12-01T00:00:00Z");

    private Sources() {}

    /** A source whose sink has its name. */
    static PingSource source(String uid, String schedule) {
        return source(uid, schedule, Duration.ZERO, CREATED);
    }

    static PingSource source(String uid, String schedule, Duration catchUp, Instant created) {
        return new PingSource(
                uid,
                "default/" + uid,
                new PingSource.Timetable(Schedules.parse(schedule, "", created), schedule, created, catchUp),
                settings(uid),
                new TickEvents(
                        uid,
                        URI.create("/apis/v1/namespaces/default/pingsources/" + uid),
                        "",
                        BytesCloudEventData.wrap(new byte[0]),
                        Map.of()));
    }

    static PingSource withSink(PingSource source, String host) {
        return new PingSource(source.uid(), source.name(), source.timetable(), settings(host), source.events());
    }

    static DeliverySettings settings(String host) {
        return DeliverySettings.defaults(SinkAddress.of(URI.create("http://" + host)), "default");
    }
}

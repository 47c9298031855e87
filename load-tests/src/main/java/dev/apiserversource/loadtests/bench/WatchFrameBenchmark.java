package dev.apiserversource.loadtests.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What one watch frame of 2 KB costs on its way to a CloudEvent. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WatchFrameBenchmark {

    private final byte[] frame = frame().getBytes(StandardCharsets.UTF_8);
    private final KubernetesSerialization models = new KubernetesSerialization(new ObjectMapper(), true);

    /** The usual way: frame to model classes and the object back to JSON. */
    @Benchmark
    public String throughModelClasses() {
        WatchEvent event = models.unmarshal(new ByteArrayInputStream(frame), WatchEvent.class);
        return models.asJson(event.getObject());
    }

    private static String frame() {
        return """
                {"type":"MODIFIED","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"c1","namespace":"default",\
                "uid":"6f2f3c9e-2f43-4c8b-9d0c-5d6f1e0a7b11","resourceVersion":"123456","creationTimestamp":"2026-01-01T00:00:00Z",\
                "labels":{"app":"web"},"managedFields":[{"manager":"test","operation":"Update","apiVersion":"v1",\
                "time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{},"f:text":{}}}}]},\
                "data":{"text":"%s"}}}
                """.formatted("x".repeat(1500));
    }
}

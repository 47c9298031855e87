package dev.apiserversource.controller.apiserversource;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class AdapterProgressTest {

    private static final String THEN = "2026-01-02T03:04:05Z";

    @Test
    void readsWhatTheAdapterReports() {
        assertThat(AdapterProgress.of(lease("{\"replay\":{\"value\":\"r1\",\"phase\":\"Complete\",\"objects\":2000,"
                                + "\"startTime\":\"" + THEN + "\",\"completionTime\":\"" + THEN + "\"}}"))
                        .replay())
                .contains(new AdapterProgress.Replay("r1", "Complete", 2000L, THEN, THEN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "[]",
                "null",
                "{}",
                "{\"replay\":null}",
                "{\"replay\":{}}",
                "{\"replay\":{\"value\":\"r1\",\"phase\":\"Great\"}}",
                "{\"replay\":{\"value\":\"r1\",\"phase\":\"Running\",\"startTime\":\"noon\"}}"
            })
    void ignoresWhatItCannotRead(String annotation) {
        assertThat(AdapterProgress.of(lease(annotation)).replay()).isEmpty();
    }

    @Test
    void renewalReportsNothingNew() {
        Lease bare = new LeaseBuilder().withNewMetadata().endMetadata().build();
        assertThat(AdapterProgress.ANNOTATION.differs(lease("{}"), lease("{}"))).isFalse();
        assertThat(AdapterProgress.ANNOTATION.differs(bare, bare)).isFalse();
        assertThat(AdapterProgress.ANNOTATION.differs(lease("{}"), bare)).isTrue();
    }

    private static Lease lease(String annotation) {
        return new LeaseBuilder()
                .withNewMetadata()
                .withName("a")
                .addToAnnotations("apiserversource.dev/progress", annotation)
                .endMetadata()
                .build();
    }
}

package dev.apiserversource.controller.apiserversource;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class AdapterProblemsTest {

    @Test
    void separatesProblemsByType() {
        AdapterProblems problems = AdapterProblems.of(lease("""
                [{"type":"SinkRefuses","message":"403","since":"2026-01-02T03:04:05Z"},
                 {"type":"AccessDenied","message":"pods"},{"type":"AccessDenied","message":"jobs"},
                 {"type":"RequestRefused","message":"400"},{"type":"More","message":"2 more"}]"""));
        assertThat(problems.sinkRefuses()).contains("403; 2 more");
        assertThat(problems.accessDenied()).contains("pods; jobs; 2 more");
        assertThat(problems.requestRefused()).contains("400; 2 more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text", "{}", "[1]", "[null]", "null", "[{}]", "[{\"type\":{}}]"})
    void ignoresWhatItCannotRead(String annotation) {
        AdapterProblems problems = AdapterProblems.of(lease(annotation));
        assertThat(problems.sinkRefuses()).isEmpty();
        assertThat(problems.accessDenied()).isEmpty();
    }

    @Test
    void limitsTheLengthOfAMessage() {
        AdapterProblems problems =
                AdapterProblems.of(lease("[{\"type\":\"SinkRefuses\",\"message\":\"" + "a".repeat(100_000) + "\"}]"));
        assertThat(problems.sinkRefuses().orElseThrow()).hasSizeLessThan(2_100);
    }

    @Test
    void renewalReportsNothingNew() {
        Lease bare = new LeaseBuilder().withNewMetadata().endMetadata().build();
        Lease renewed = new LeaseBuilder(lease("[]"))
                .editOrNewSpec()
                .withHolderIdentity("a")
                .endSpec()
                .build();
        assertThat(AdapterProblems.ANNOTATION.differs(renewed, lease("[]"))).isFalse();
        assertThat(AdapterProblems.ANNOTATION.differs(bare, bare)).isFalse();
        assertThat(AdapterProblems.ANNOTATION.differs(lease("[]"), bare)).isTrue();
    }

    private static Lease lease(String annotation) {
        return new LeaseBuilder()
                .withNewMetadata()
                .withName("a")
                .addToAnnotations("apiserversource.dev/problems", annotation)
                .endMetadata()
                .build();
    }
}

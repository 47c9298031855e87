package dev.apiserversource.controller.knative;

import dev.apiserversource.controller.api.ApiServerSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class SourceUpdateFilterTest {

    @ParameterizedTest
    @CsvSource({
        "apiserversource.dev/paused, true",
        "features.knative.dev/apiserversource-skip-permissions-check, true",
        "features.knative.dev/other, false",
        "team, false",
    })
    void acceptsAChangeOfAnAnnotationThatIsRead(String annotation, boolean accepted) {
        ApiServerSource updated = new ApiServerSource();
        updated.getMetadata().setAnnotations(Map.of(annotation, "true"));
        assertThat(new SourceUpdateFilter().accept(updated, new ApiServerSource()))
                .isEqualTo(accepted);
    }
}

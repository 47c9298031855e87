package dev.apiserversource.controller.pingsource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apiserversource.controller.api.PingSource;
import dev.apiserversource.controller.api.PingSourceSpec;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;

/** What makes a spec impossible to send, although a CRD has accepted it: no rule of a CRD can parse JSON. */
final class PingSpecCheck {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String JSON_TYPE = "application/json";

    private PingSpecCheck() {}

    /** The first problem, with its field; empty when there is none. */
    static Optional<String> problem(PingSource source) {
        PingSourceSpec spec = source.getSpec();
        return source.specProblem()
                .or(() -> ScheduleCheck.problem(spec.schedule(), spec.timezone()))
                .or(() -> dataProblem(spec));
    }

    private static Optional<String> dataProblem(PingSourceSpec spec) {
        long given = Stream.of(spec.data(), spec.dataBase64(), spec.jsonData())
                .filter(text -> !text.isEmpty())
                .count();
        if (given > 1) {
            return Optional.of("spec.data: give at most one of data, dataBase64 and jsonData");
        }
        if (!spec.jsonData().isEmpty()) {
            return jsonProblem("spec.jsonData", spec.jsonData());
        }
        return spec.dataBase64().isEmpty()
                ? textProblem("spec.data", spec.data(), spec.contentType())
                : base64Problem(spec.dataBase64(), spec.contentType());
    }

    private static Optional<String> base64Problem(String base64, String contentType) {
        try {
            String text = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            return textProblem("spec.dataBase64", text, contentType);
        } catch (IllegalArgumentException malformed) {
            return Optional.of("spec.dataBase64: is not base64");
        }
    }

    private static Optional<String> textProblem(String field, String text, String contentType) {
        return text.isEmpty() || !contentType.strip().equals(JSON_TYPE) ? Optional.empty() : jsonProblem(field, text);
    }

    private static Optional<String> jsonProblem(String field, String text) {
        try {
            JSON.readTree(text);
            return Optional.empty();
        } catch (JsonProcessingException malformed) {
            return Optional.of(field + ": is not JSON: " + malformed.getOriginalMessage());
        }
    }
}

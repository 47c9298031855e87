package dev.apiserversource.samples.embedded.store;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One reason why an object is invalid, in the words of the real API server's {@code field.Error}.
 *
 * @param field path of the field: {@code spec.resources[0].kind}
 * @param reason machine-readable: {@code FieldValueRequired}
 * @param message for people: {@code Required value}
 * @see <a href="https://pkg.go.dev/k8s.io/apimachinery/pkg/util/validation/field#Error">field.Error</a>
 */
public record FieldError(String field, String reason, String message) {

    /** The field is missing. */
    public static FieldError required(String field, String detail) {
        return new FieldError(
                field, "FieldValueRequired", detail.isEmpty() ? "Required value" : "Required value: " + detail);
    }

    /** The field has a value it must not have. */
    static FieldError invalid(String field, JsonNode value, String detail) {
        return new FieldError(field, "FieldValueInvalid", "Invalid value: " + value + ": " + detail);
    }

    /** The field must not be used here. */
    static FieldError forbidden(String field, String detail) {
        return new FieldError(field, "FieldValueForbidden", "Forbidden: " + detail);
    }

    @Override
    public String toString() {
        return field + ": " + message;
    }
}

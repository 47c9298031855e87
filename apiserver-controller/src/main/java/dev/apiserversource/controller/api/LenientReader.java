package dev.apiserversource.controller.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.StdConverter;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Reads an object with any content of its spec and status. An unreadable spec becomes an empty one with a problem. An
 * unreadable status becomes no status, because the controller writes a new one.
 *
 * @param <S> the type of the spec
 * @param <R> the type of the object
 */
abstract class LenientReader<S, R extends SourceResource<S>> extends StdConverter<StoredResource, R> {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .build();

    private final Supplier<R> factory;
    private final Class<S> specType;

    LenientReader(Supplier<R> factory, Class<S> specType) {
        this.factory = factory;
        this.specType = specType;
    }

    @Override
    public R convert(StoredResource stored) {
        R resource = factory.get();
        if (stored.metadata() != null) {
            resource.setMetadata(stored.metadata());
        }
        try {
            resource.setSpec(JSON.treeToValue(spec(stored), specType));
            resource.setSpecProblem(stored.specProblem());
        } catch (JsonProcessingException e) {
            refuse(resource, describe(e));
        } catch (IllegalArgumentException e) {
            refuse(resource, String.valueOf(e.getMessage()));
        }
        resource.setStatus(status(stored.status()));
        return resource;
    }

    private void refuse(R resource, String problem) {
        resource.setSpec(JSON.convertValue(JSON.createObjectNode(), specType));
        resource.setSpecProblem(problem);
    }

    /**
     * The spec to read; an absent one is read as an empty one.
     *
     * @throws IllegalArgumentException when the object is invalid elsewhere
     */
    JsonNode spec(StoredResource stored) {
        JsonNode spec = stored.spec();
        return spec == null || spec.isNull() ? JSON.createObjectNode() : spec;
    }

    /** Adds the fields that only annotations have to {@code spec}. */
    static JsonNode withAnnotations(JsonNode spec, StoredResource stored, List<SpecAnnotations.Annotation> known) {
        if (spec instanceof ObjectNode fields
                && stored.metadata() != null
                && stored.metadata().getAnnotations() != null) {
            SpecAnnotations.addTo(fields, stored.metadata().getAnnotations(), known);
        }
        return spec;
    }

    private static @Nullable ApiServerSourceStatus status(@Nullable JsonNode status) {
        try {
            return status == null ? null : JSON.treeToValue(status, ApiServerSourceStatus.class);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static String describe(JsonProcessingException e) {
        return path(e) + ": " + cause(e);
    }

    private static String cause(JsonProcessingException e) {
        if (e instanceof InvalidFormatException format) {
            return "the value \"" + format.getValue() + "\" does not fit";
        }
        return e instanceof ValueInstantiationException invalid
                        && invalid.getCause() instanceof IllegalArgumentException refusal
                ? String.valueOf(refusal.getMessage())
                : "a value has a wrong type or is null";
    }

    private static String path(JsonProcessingException e) {
        return e instanceof JsonMappingException mapping
                ? mapping.getPath().stream().map(LenientReader::segment).collect(Collectors.joining("", "spec", ""))
                : "spec";
    }

    private static String segment(Reference reference) {
        return reference.getFieldName() == null ? "[" + reference.getIndex() + "]" : "." + reference.getFieldName();
    }
}

package dev.apiserversource.samples.embedded;

import java.util.Optional;
import java.util.stream.Stream;

/** The form in which the client asked, by its Accept header, to get objects. */
enum Representation {
    /** The object itself. */
    OBJECT,
    /** Its metadata only. */
    METADATA,
    /** The metadata of each item of a list. */
    METADATA_LIST,
    /** Rows to print. */
    TABLE;

    /** The first form of {@code accept} that can be served; 406 when there is none. */
    static Representation of(String accept) {
        return Stream.of(accept.split(","))
                .map(type -> type.replace(" ", ""))
                .filter(Representation::isJson)
                .flatMap(type -> ofJson(type).stream())
                .findFirst()
                .orElseThrow(() -> ApiException.notAcceptable(
                        "406: Not Acceptable\n\nAvailable representations: application/json"));
    }

    private static boolean isJson(String type) {
        return type.isEmpty()
                || type.startsWith("application/json")
                || type.startsWith("*/*")
                || type.startsWith("application/*");
    }

    private static Optional<Representation> ofJson(String type) {
        if (!type.contains(";as=")) {
            return Optional.of(OBJECT);
        }
        return switch (type.replaceAll(".*;as=([^;]*).*", "$1")) {
            case "Table" -> Optional.of(TABLE);
            case "PartialObjectMetadata" -> Optional.of(METADATA);
            case "PartialObjectMetadataList" -> Optional.of(METADATA_LIST);
            default -> Optional.empty();
        };
    }
}

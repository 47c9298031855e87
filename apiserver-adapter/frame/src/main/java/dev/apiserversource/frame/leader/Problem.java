package dev.apiserversource.frame.leader;

/**
 * Something that keeps a source from its work and that its owner can mend. The leader publishes it on its Lease.
 *
 * @param type one word in upper camel case, as in a Kubernetes condition's reason
 * @param message for people; holds no credentials. The same problem always has the same message.
 */
public record Problem(String type, String message) {

    /** The sink answers and takes no events. */
    public static final String SINK_REFUSES = "SinkRefuses";

    /** The API server denies a right. */
    public static final String ACCESS_DENIED = "AccessDenied";

    /** The API server does not accept a list or watch, for example because of a field selector. */
    public static final String REQUEST_REFUSED = "RequestRefused";
}

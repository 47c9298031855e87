package dev.apiserversource.frame.delivery;

import java.nio.file.Path;

/**
 * Who a source is to a sink that authenticates its senders: the token of a ServiceAccount, made for one audience. See
 * <a href="https://knative.dev/docs/eventing/features/sender-identity/">sender identity</a>.
 *
 * @param namespace of the ServiceAccount
 * @param serviceAccount name of the ServiceAccount
 * @param audience the sink, as it names itself
 */
public record SinkIdentity(String namespace, String serviceAccount, String audience) {

    /** Whose token is in {@link #TOKEN_FILE}: only who has mounted it knows whose it is, and for which audience. */
    public static final SinkIdentity MOUNTED = new SinkIdentity("", "", "");

    /** Where the SinkBindings and ContainerSources of Knative's controller and of ours mount a token. */
    public static final Path TOKEN_FILE = Path.of("/oidc/token");
}

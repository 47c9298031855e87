package dev.apiserversource.frame.delivery;

/**
 * Who a source is to a sink that authenticates its senders: the token of a ServiceAccount, made for one audience. See
 * <a href="https://knative.dev/docs/eventing/features/sender-identity/">sender identity</a>.
 *
 * @param namespace of the ServiceAccount
 * @param serviceAccount name of the ServiceAccount
 * @param audience the sink, as it names itself
 */
public record SinkIdentity(String namespace, String serviceAccount, String audience) {}

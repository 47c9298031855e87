package dev.apiserversource.adapter.model;

/**
 * What the data of events leaves out, for all resources.
 *
 * @param managedFields whether {@code metadata.managedFields} is in it
 * @param redactSecrets whether the values of Secrets are replaced
 */
public record DataPolicy(boolean managedFields, boolean redactSecrets) {

    /** managedFields stay, values of Secrets do not. */
    public static final DataPolicy DEFAULTS = new DataPolicy(true, true);
}

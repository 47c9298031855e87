package dev.apiserversource.adapter.model;

/** Which part of an object an update must change to be emitted: the field {@code resources[].changes}. */
public enum ChangedPart {
    /** Every update is emitted. */
    ANY("Any"),

    /** Everything but {@code metadata} and {@code status}: the data of a ConfigMap, the rules of a Role. */
    SPEC("Spec"),

    /** {@code status}. */
    STATUS("Status"),

    /**
     * {@code metadata}, but not what follows from every change or tells who made it: {@code resourceVersion}, {@code
     * generation} and {@code managedFields}.
     */
    METADATA("Metadata");

    private final String text;

    ChangedPart(String text) {
        this.text = text;
    }

    /** The value of the field. */
    public String text() {
        return text;
    }

    /** Whether it is in the metadata of an object. */
    public boolean isInMetadata() {
        return this == ANY || this == METADATA;
    }
}

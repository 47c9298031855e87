package dev.apiserversource.frame.delivery;

/** What a sink is to an event. */
enum SinkRole {

    /** Where events are to go. */
    MAIN("main", "sink"),

    /** Where those go that the main sink does not take. */
    DEAD_LETTER("dead_letter", "dead letter sink");

    private final String label;
    private final String words;

    SinkRole(String label, String words) {
        this.label = label;
        this.words = words;
    }

    /** For metrics. */
    String label() {
        return label;
    }

    /** For sentences. */
    @Override
    public String toString() {
        return words;
    }
}

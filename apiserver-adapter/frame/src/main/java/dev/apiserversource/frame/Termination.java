package dev.apiserversource.frame;

/** Why the adapter has to end without having been told to. Whoever is told ends it at once. */
public interface Termination {

    /** It cannot do its work; {@code why} is for people. */
    void cannotWork(String why);

    /** Another process has taken over, or may have: nothing more may be delivered or written; {@code why} is for people. */
    void superseded(String why);
}

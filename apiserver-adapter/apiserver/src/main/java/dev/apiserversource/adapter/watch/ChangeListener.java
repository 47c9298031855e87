package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.Change;
import dev.apiserversource.adapter.model.Gap;
import dev.apiserversource.adapter.model.WatchTarget;

/** Takes what the streams have to say. */
public interface ChangeListener {

    /** A change of an object that counts; the changes of one stream come in the order of the API server. */
    void changed(Change change);

    /**
     * States of objects of {@code target} may have been missed. Told when the gap is closed, after the changes that were found by comparing; and once more at
     * the start, if the memory says that it was not settled when the process before ended.
     */
    void missed(WatchTarget target, Gap gap);

    /** A watch that cannot be opened unless somebody changes something; it is tried again all the same. {@code why} is for people. */
    void refused(String why);
}

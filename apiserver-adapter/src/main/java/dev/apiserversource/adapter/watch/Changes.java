package dev.apiserversource.adapter.watch;

/** Takes what the streams have to say. */
public interface Changes {

    /** A change of an object that counts; the changes of one stream come in the order of the API server. */
    void changed(Change change);

    /** A watch that cannot be opened unless somebody changes something; it is tried again all the same. {@code why} is for people. */
    void refused(String why);
}

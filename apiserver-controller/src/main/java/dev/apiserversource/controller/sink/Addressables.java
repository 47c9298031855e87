package dev.apiserversource.controller.sink;

/** Knows the addresses of objects. */
@FunctionalInterface
interface Addressables {

    /** What is known of an object now. */
    Addressing find(SinkKey key);
}

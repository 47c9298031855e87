package dev.apiserversource.adapter;

import dev.apiserversource.frame.Termination;

/** Nobody is told. */
record NoopTermination() implements Termination {

    @Override
    public void cannotWork(String why) {}

    @Override
    public void superseded(String why) {}
}

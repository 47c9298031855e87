package dev.apiserversource.adapter;

/** Nobody is told. */
record UnheardEnding() implements Ending {

    @Override
    public void cannotWork(String why) {}

    @Override
    public void superseded(String why) {}
}

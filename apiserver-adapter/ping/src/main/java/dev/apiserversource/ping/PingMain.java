package dev.apiserversource.ping;

import dev.apiserversource.frame.AdapterRunner;

/** The adapter of PingSources as a program, without arguments: {@link AdapterRunner} runs it. */
public final class PingMain {

    private PingMain() {}

    public static void main(String[] args) {
        AdapterRunner.run(PingConfig::from, PingConfig::frame, PingAdapter::new);
    }
}

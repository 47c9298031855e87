package dev.apiserversource.adapter;

import dev.apiserversource.adapter.config.AdapterConfig;
import dev.apiserversource.frame.AdapterRunner;

/** The receive adapter of an ApiServerSource as a program, without arguments: {@link AdapterRunner} runs it. */
public final class AdapterMain {

    private AdapterMain() {}

    public static void main(String[] args) {
        AdapterRunner.run(AdapterConfig::from, AdapterConfig::frame, Pipeline::new);
    }
}

/**
 * Runs an event source as a process: {@link dev.apiserversource.frame.SourceAdapter} is what a source implements,
 * {@link dev.apiserversource.frame.AdapterRunner} its main program.
 *
 * <p>Everything of a source runs on one event loop, metrics and probes included. Nothing is locked and nothing is
 * atomic; only signals arrive on another thread.
 */
@NullMarked
package dev.apiserversource.frame;

import org.jspecify.annotations.NullMarked;

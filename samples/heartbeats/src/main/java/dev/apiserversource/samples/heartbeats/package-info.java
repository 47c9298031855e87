/** A small event source for demonstrations: sends a CloudEvent every few seconds. */
@NullMarked
package dev.apiserversource.samples.heartbeats;

import org.jspecify.annotations.NullMarked;

/** A sink that records what arrives, keeps account of order and repeats, and misbehaves on demand. */
@NullMarked
package dev.apiserversource.loadtests.sink;

import org.jspecify.annotations.NullMarked;

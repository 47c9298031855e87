/** A sink that records what it receives, checks order, ids and data on arrival, and fails on demand. */
@NullMarked
package dev.apiserversource.loadtests.sink;

import org.jspecify.annotations.NullMarked;

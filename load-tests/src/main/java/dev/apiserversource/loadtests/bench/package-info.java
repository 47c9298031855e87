/** Microbenchmarks of the watch hot path. */
@NullMarked
package dev.apiserversource.loadtests.bench;

import org.jspecify.annotations.NullMarked;

/** Microbenchmarks of the watch path. */
@NullMarked
package dev.apiserversource.loadtests.bench;

import org.jspecify.annotations.NullMarked;

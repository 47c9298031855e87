/** A sink that costs as little as possible: it counts requests and answers them. */
@NullMarked
package dev.apiserversource.loadtests.compare.sink;

import org.jspecify.annotations.NullMarked;

/** Measures one adapter, or two, while one size grows, and plots it. */
@NullMarked
package dev.apiserversource.loadtests.compare.growth;

import org.jspecify.annotations.NullMarked;

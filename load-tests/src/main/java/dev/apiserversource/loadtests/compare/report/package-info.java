/** Figures, their medians and spreads, and the table of them. */
@NullMarked
package dev.apiserversource.loadtests.compare.report;

import org.jspecify.annotations.NullMarked;

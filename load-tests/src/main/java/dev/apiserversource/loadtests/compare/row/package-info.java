/** What is measured: one class for each kind of work. */
@NullMarked
package dev.apiserversource.loadtests.compare.row;

import org.jspecify.annotations.NullMarked;

/** The table of faults: a named list of what goes wrong around a source, and what holds nevertheless. */
@NullMarked
package dev.apiserversource.loadtests.faults;

import org.jspecify.annotations.NullMarked;

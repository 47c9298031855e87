/** What may go wrong around a source, as a named list, and what has to hold nevertheless. */
@NullMarked
package dev.apiserversource.loadtests.faults;

import org.jspecify.annotations.NullMarked;

/** Faults to inject, and the requests they apply to. */
@NullMarked
package dev.apiserversource.samples.embedded.fault;

import org.jspecify.annotations.NullMarked;

/** Measures two adapters beside each other on this machine. */
@NullMarked
package dev.apiserversource.loadtests.compare;

import org.jspecify.annotations.NullMarked;

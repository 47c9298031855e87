/** The receive adapter as a process, seen from outside: environment, log lines, probes, metrics, signals. */
@NullMarked
package dev.apiserversource.loadtests.adapter;

import org.jspecify.annotations.NullMarked;

/** Processes under measurement and the servers beside them: their start, CPU, memory and control. */
@NullMarked
package dev.apiserversource.loadtests.compare.process;

import org.jspecify.annotations.NullMarked;

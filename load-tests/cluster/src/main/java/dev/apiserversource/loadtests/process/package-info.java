/** Programs that run as processes of this machine. */
@NullMarked
package dev.apiserversource.loadtests.process;

import org.jspecify.annotations.NullMarked;

/** Open watches and the two ways to send their frames. */
@NullMarked
package dev.apiserversource.samples.embedded.watch;

import org.jspecify.annotations.NullMarked;

/** Clock, timers and backoff. A test replaces each of them. */
@NullMarked
package dev.apiserversource.frame.time;

import org.jspecify.annotations.NullMarked;

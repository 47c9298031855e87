/** Time as the adapter's packages see it: the present, timers and backoff, all replaceable by a test. */
@NullMarked
package dev.apiserversource.frame.time;

import org.jspecify.annotations.NullMarked;

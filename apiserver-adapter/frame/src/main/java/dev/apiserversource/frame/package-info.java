/** What the process of every event source shares: start, drain and stop, signals and logs. */
@NullMarked
package dev.apiserversource.frame;

import org.jspecify.annotations.NullMarked;

/** Reads the environment and JSON fields; every problem is reported at once, with field and remedy. */
@NullMarked
package dev.apiserversource.frame.config;

import org.jspecify.annotations.NullMarked;

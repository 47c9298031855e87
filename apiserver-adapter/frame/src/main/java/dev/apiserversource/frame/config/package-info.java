/** Environment and JSON to records. All errors are reported at once, each with its field and a remedy. */
@NullMarked
package dev.apiserversource.frame.config;

import org.jspecify.annotations.NullMarked;

/** What was written to the API server, and whether the sink got to know of all of it. */
@NullMarked
package dev.apiserversource.loadtests.truth;

import org.jspecify.annotations.NullMarked;

/** An API server that serves prepared objects at full speed or at a pace. */
@NullMarked
package dev.apiserversource.loadtests.compare.feed;

import org.jspecify.annotations.NullMarked;

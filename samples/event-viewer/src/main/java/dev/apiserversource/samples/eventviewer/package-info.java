/** A sink with a page: shows CloudEvents live in the browser, and can pass them on to another sink. */
@NullMarked
package dev.apiserversource.samples.eventviewer;

import org.jspecify.annotations.NullMarked;

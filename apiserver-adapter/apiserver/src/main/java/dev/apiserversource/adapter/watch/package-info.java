/**
 * Lists and watches resources: from the bytes of the Kubernetes API to changes, without a gap that is not reported.
 *
 * <p>Independent of CloudEvents and of delivery. Everything here runs on one event loop and is not thread-safe.
 */
@NullMarked
package dev.apiserversource.adapter.watch;

import org.jspecify.annotations.NullMarked;

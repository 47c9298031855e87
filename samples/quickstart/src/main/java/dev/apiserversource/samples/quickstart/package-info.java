/**
 * The product on one machine without a cluster: embedded API server, controller, adapter and event-display, and enough of
 * a kubelet for pods to have Event objects.
 */
@NullMarked
package dev.apiserversource.samples.quickstart;

import org.jspecify.annotations.NullMarked;

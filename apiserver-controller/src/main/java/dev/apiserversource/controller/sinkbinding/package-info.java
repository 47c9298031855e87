/** SinkBinding to the variables of workloads: reconciler, patches of workloads, status. */
@NullMarked
package dev.apiserversource.controller.sinkbinding;

import org.jspecify.annotations.NullMarked;

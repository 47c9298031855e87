/** HTTP endpoints for Kubernetes and Prometheus: {@code /health}, {@code /readiness}, {@code /metrics}. */
@NullMarked
package dev.apiserversource.frame.management;

import org.jspecify.annotations.NullMarked;

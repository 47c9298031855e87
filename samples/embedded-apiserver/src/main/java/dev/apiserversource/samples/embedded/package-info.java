/**
 * A small Kubernetes API server inside one JVM: a teaching and testing aid, not a control plane. It speaks the real
 * protocol (resource versions, lists, watches, patches, discovery) for objects that it keeps in memory, and fails on
 * request, so that a client's behaviour can be tried without a cluster. It schedules nothing, runs nothing and
 * validates next to nothing.
 */
@NullMarked
package dev.apiserversource.samples.embedded;

import org.jspecify.annotations.NullMarked;

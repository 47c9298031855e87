/**
 * A small Kubernetes API server in this JVM: a test substrate and a kubectl playground, not a control plane. It
 * schedules nothing and runs nothing. Imports go one way: {@code server} to {@code watch}, {@code kubectl},
 * {@code store} and {@code fault}; {@code watch} to {@code store} and {@code fault}; {@code kubectl} to {@code store}.
 */
@NullMarked
package dev.apiserversource.samples.embedded;

import org.jspecify.annotations.NullMarked;

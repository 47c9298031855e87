/** Splits bytes into JSON texts and reads the few fields that a stream needs. Uses no Kubernetes client. */
@NullMarked
package dev.apiserversource.adapter.json;

import org.jspecify.annotations.NullMarked;

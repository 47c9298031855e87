/** Splits bytes into JSON texts and reads the few fields of them that a stream needs. Works on bytes, without a Kubernetes client. */
@NullMarked
package dev.apiserversource.adapter.json;

import org.jspecify.annotations.NullMarked;

/** Pull reading of lists and watches over HTTP, and how they end. */
@NullMarked
package dev.apiserversource.adapter.kube;

import org.jspecify.annotations.NullMarked;

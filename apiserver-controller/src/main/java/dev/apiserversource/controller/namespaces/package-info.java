/** Selects namespaces by labels and requeues the sources whose selection changes. */
@NullMarked
package dev.apiserversource.controller.namespaces;

import org.jspecify.annotations.NullMarked;

/** Resolves destinations to addresses, and requeues sources when an address changes. */
@NullMarked
package dev.apiserversource.controller.sink;

import org.jspecify.annotations.NullMarked;

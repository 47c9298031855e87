/** From a change to a CloudEvent: pure functions. */
@NullMarked
package dev.apiserversource.adapter.event;

import org.jspecify.annotations.NullMarked;

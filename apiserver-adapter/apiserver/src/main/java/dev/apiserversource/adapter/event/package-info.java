/** Makes a CloudEvent of a change. Pure functions. */
@NullMarked
package dev.apiserversource.adapter.event;

import org.jspecify.annotations.NullMarked;

/** From what the user wrote as a destination to an address, and the watches that tell when it changes. */
@NullMarked
package dev.apiserversource.controller.sink;

import org.jspecify.annotations.NullMarked;

/** The scripted run that an adapter's AOT cache is made from while its image is built. */
@NullMarked
package dev.apiserversource.training;

import org.jspecify.annotations.NullMarked;

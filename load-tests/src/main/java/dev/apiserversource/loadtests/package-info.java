/** Words shared by the fixtures: waiting for a fact with a deadline. */
@NullMarked
package dev.apiserversource.loadtests;

import org.jspecify.annotations.NullMarked;

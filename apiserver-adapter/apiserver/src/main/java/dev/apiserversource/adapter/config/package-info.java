/** The configuration of the receive adapter. */
@NullMarked
package dev.apiserversource.adapter.config;

import org.jspecify.annotations.NullMarked;

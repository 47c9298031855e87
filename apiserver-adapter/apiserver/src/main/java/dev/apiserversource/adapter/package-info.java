/**
 * The receive adapter: one process for each ApiServerSource, which watches what it is told to and delivers every change to the sink as a
 * CloudEvent. This package reads the configuration and wires the parts; it is imported by none of them.
 */
@NullMarked
package dev.apiserversource.adapter;

import org.jspecify.annotations.NullMarked;

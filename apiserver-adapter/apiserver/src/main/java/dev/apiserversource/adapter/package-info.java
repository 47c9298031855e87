/**
 * The receive adapter of one ApiServerSource: it lists and watches resources, and delivers each change to the sink as a
 * CloudEvent. This package wires the others; none of them imports it.
 */
@NullMarked
package dev.apiserversource.adapter;

import org.jspecify.annotations.NullMarked;

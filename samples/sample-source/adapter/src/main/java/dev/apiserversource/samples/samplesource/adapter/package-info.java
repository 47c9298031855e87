/** The adapter of the sample source: one class on the frame. */
@NullMarked
package dev.apiserversource.samples.samplesource.adapter;

import org.jspecify.annotations.NullMarked;

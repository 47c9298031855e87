/** The controller of the sample source, on java-operator-sdk. */
@NullMarked
package dev.apiserversource.samples.samplesource.controller;

import org.jspecify.annotations.NullMarked;

/** The controller as a process: configuration, leadership, probes and metrics. */
@NullMarked
package dev.apiserversource.controller;

import org.jspecify.annotations.NullMarked;

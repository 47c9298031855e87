/** The controller as a process: configuration, leader election, reconcilers, probes and metrics. */
@NullMarked
package dev.apiserversource.controller;

import org.jspecify.annotations.NullMarked;

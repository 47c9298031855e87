/** The custom resources as Java types; what they mean is said in the CRDs under {@code deploy/}. */
@NullMarked
package dev.apiserversource.controller.api;

import org.jspecify.annotations.NullMarked;

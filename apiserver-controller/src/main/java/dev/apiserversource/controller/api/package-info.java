/** The custom resources as Java types. The CRDs under {@code deploy/} document each field. */
@NullMarked
package dev.apiserversource.controller.api;

import org.jspecify.annotations.NullMarked;

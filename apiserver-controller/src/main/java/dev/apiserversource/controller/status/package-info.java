/** Conditions, Event objects and requeue intervals, shared by the reconcilers of all source kinds. */
@NullMarked
package dev.apiserversource.controller.status;

import org.jspecify.annotations.NullMarked;

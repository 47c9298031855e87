/** Translates resources of the group that Knative Eventing used before 0.9. */
@NullMarked
package dev.apiserversource.controller.legacy;

import org.jspecify.annotations.NullMarked;

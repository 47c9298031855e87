/** Coexistence with Knative's controller: who reconciles a kind, and what Knative leaves on its objects. */
@NullMarked
package dev.apiserversource.controller.knative;

import org.jspecify.annotations.NullMarked;

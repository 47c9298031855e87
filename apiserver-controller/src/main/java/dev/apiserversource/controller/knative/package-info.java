/** Coexistence with Knative's controller of ApiServerSources: who reconciles, and what Knative leaves on a source. */
@NullMarked
package dev.apiserversource.controller.knative;

import org.jspecify.annotations.NullMarked;

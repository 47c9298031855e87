/** Reconciles ApiServerSources: one receive adapter Deployment for each. */
@NullMarked
package dev.apiserversource.controller.apiserversource;

import org.jspecify.annotations.NullMarked;

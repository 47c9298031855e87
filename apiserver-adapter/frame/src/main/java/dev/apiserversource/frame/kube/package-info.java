/** Clients of the API server, and single objects by path. */
@NullMarked
package dev.apiserversource.frame.kube;

import org.jspecify.annotations.NullMarked;

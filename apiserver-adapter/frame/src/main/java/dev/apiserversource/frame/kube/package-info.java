/** Connections to the API server and single objects by path, on the HTTP stack of the fabric8 client. */
@NullMarked
package dev.apiserversource.frame.kube;

import org.jspecify.annotations.NullMarked;

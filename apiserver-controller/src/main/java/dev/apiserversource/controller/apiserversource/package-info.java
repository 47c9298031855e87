/** The reconciler of ApiServerSource: sink, namespaces, access, deployment, status. */
@NullMarked
package dev.apiserversource.controller.apiserversource;

import org.jspecify.annotations.NullMarked;

/** ContainerSource to Deployment: reconciler, desired object, status. */
@NullMarked
package dev.apiserversource.controller.containersource;

import org.jspecify.annotations.NullMarked;

/** Maps apiVersion and kind to the resource that the API server serves. */
@NullMarked
package dev.apiserversource.controller.discovery;

import org.jspecify.annotations.NullMarked;

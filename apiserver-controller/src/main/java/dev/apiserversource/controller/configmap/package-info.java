/** Knative's ConfigMaps: settings that are followed while the controller runs. */
@NullMarked
package dev.apiserversource.controller.configmap;

import org.jspecify.annotations.NullMarked;

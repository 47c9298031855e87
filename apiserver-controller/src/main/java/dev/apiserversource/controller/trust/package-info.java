/** Trust bundles of Knative: ConfigMaps with certificates, copied to the namespaces of sources and mounted. */
@NullMarked
package dev.apiserversource.controller.trust;

import org.jspecify.annotations.NullMarked;

package dev.apiserversource.controller.api;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * The custom resource {@code sources.knative.dev/v1 ApiServerSource}. The API server converts the other versions, which
 * have the same shape.
 */
@Group("sources.knative.dev")
@Version("v1")
public final class ApiServerSource extends CustomResource<ApiServerSourceSpec, ApiServerSourceStatus>
        implements Namespaced {}

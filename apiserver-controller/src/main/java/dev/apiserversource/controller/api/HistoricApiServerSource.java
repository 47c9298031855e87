package dev.apiserversource.controller.api;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** The custom resource {@code sources.eventing.knative.dev/v1alpha1 ApiServerSource} of before Knative Eventing 0.9. */
@Group("sources.eventing.knative.dev")
@Version("v1alpha1")
@Kind("ApiServerSource")
@Plural("apiserversources")
@Singular("apiserversource")
public final class HistoricApiServerSource extends CustomResource<HistoricApiServerSourceSpec, ApiServerSourceStatus>
        implements Namespaced {}

package dev.apiserversource.controller.access;

import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/** What the controller itself may do. */
public final class OwnAccess {

    private OwnAccess() {}

    /**
     * Whether {@code client} has a permission.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException when the API server cannot be asked
     */
    public static boolean isAllowed(KubernetesClient client, ResourceAttributes permission) {
        return client.authorization()
                .v1()
                .selfSubjectAccessReview()
                .create(new SelfSubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withResourceAttributes(permission)
                        .endSpec()
                        .build())
                .getStatus()
                .getAllowed();
    }
}

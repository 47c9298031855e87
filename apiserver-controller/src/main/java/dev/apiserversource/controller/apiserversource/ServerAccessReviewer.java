package dev.apiserversource.controller.apiserversource;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/** Asks the API server, by a SubjectAccessReview. */
final class ServerAccessReviewer implements AccessReviewer {

    private final KubernetesClient client;

    ServerAccessReviewer(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public boolean allows(AccessQuestion question) {
        SubjectAccessReview review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(question.user())
                .withNewResourceAttributes()
                .withVerb(question.verb())
                .withGroup(question.group())
                .withResource(question.resource())
                .withNamespace(question.namespace())
                .endResourceAttributes()
                .endSpec()
                .build();
        return client.authorization()
                .v1()
                .subjectAccessReview()
                .create(review)
                .getStatus()
                .getAllowed();
    }
}

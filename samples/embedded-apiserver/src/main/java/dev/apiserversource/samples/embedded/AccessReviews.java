package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apiserversource.samples.embedded.AccessRule.Attempt;

/** Answers SubjectAccessReview, LocalSubjectAccessReview and SelfSubjectAccessReview: questions, not objects. */
final class AccessReviews {

    private static final String GROUP = "authorization.k8s.io";

    private final Access access;

    AccessReviews(Access access) {
        this.access = access;
    }

    static boolean isReview(ResourceKind kind) {
        return kind.group().equals(GROUP);
    }

    /** {@code review} with its status; {@code asker} is the subject where the review names none. */
    ObjectNode answer(ObjectNode review, String asker) {
        JsonNode spec = review.path("spec");
        JsonNode about = spec.path("resourceAttributes");
        String subresource = about.path("subresource").asText();
        String resource = about.path("resource").asText();
        Attempt attempt = new Attempt(
                spec.has("user") ? spec.path("user").asText() : asker,
                about.path("verb").asText(),
                about.path("group").asText(),
                subresource.isEmpty() ? resource : resource + "/" + subresource,
                about.path("namespace").asText());
        ObjectNode answer = review.deepCopy();
        answer.putObject("status").put("allowed", access.allows(attempt));
        return answer;
    }
}

package dev.apiserversource.samples.embedded;

import dev.apiserversource.samples.embedded.AccessRule.Attempt;

import java.util.List;
import java.util.Map;

/** Who is asking, and what they may do. Without tokens everybody is admitted, without rules everything is allowed. */
final class Access {

    private static final String ANONYMOUS = "system:anonymous";
    private static final String BEARER = "Bearer ";

    private final Map<String, String> userByToken;
    private final List<AccessRule> rules;

    Access(Map<String, String> userByToken, List<AccessRule> rules) {
        this.userByToken = userByToken;
        this.rules = rules;
    }

    /** The user that an Authorization header stands for; fails with 401 when tokens are asked for. */
    String authenticate(String authorization) {
        if (userByToken.isEmpty()) {
            return ANONYMOUS;
        }
        String user =
                authorization.startsWith(BEARER) ? userByToken.get(authorization.substring(BEARER.length())) : null;
        if (user == null) {
            throw ApiException.unauthorized();
        }
        return user;
    }

    boolean allows(Attempt attempt) {
        return rules.isEmpty() || rules.stream().anyMatch(rule -> rule.allows(attempt));
    }

    private static boolean isQuestionAboutOneself(Attempt attempt) {
        return attempt.resource().equals("selfsubjectaccessreviews");
    }

    /** Fails with 403 in the words of the real server. */
    void require(Attempt attempt) {
        if (!allows(attempt) && !isQuestionAboutOneself(attempt)) {
            String where = attempt.namespace().isEmpty()
                    ? " at the cluster scope"
                    : " in the namespace \"" + attempt.namespace() + "\"";
            throw ApiException.forbidden("%s is forbidden: User \"%s\" cannot %s resource \"%s\" in API group \"%s\"%s"
                    .formatted(
                            attempt.resource(),
                            attempt.user(),
                            attempt.verb(),
                            attempt.resource(),
                            attempt.group(),
                            where));
        }
    }
}

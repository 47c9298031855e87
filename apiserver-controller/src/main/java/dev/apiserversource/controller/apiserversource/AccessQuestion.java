package dev.apiserversource.controller.apiserversource;

import dev.apiserversource.controller.discovery.ApiResource;

/**
 * May this user do that?
 *
 * @param user the user as the API server knows it
 * @param verb what it wants to do, {@code list}
 * @param group group of the resource
 * @param resource plural of the resource
 * @param namespace where; empty for everywhere
 */
record AccessQuestion(String user, String verb, String group, String resource, String namespace) {

    static AccessQuestion of(String user, String verb, ApiResource resource, String namespace) {
        return new AccessQuestion(user, verb, resource.group(), resource.plural(), namespace);
    }
}

package dev.apiserversource.controller.apiserversource;

import java.util.Map;

/**
 * A namespace came, went or was relabelled.
 *
 * @param name its name
 * @param exists whether it is there now
 * @param labels its labels now
 */
record NamespaceChange(String name, boolean exists, Map<String, String> labels) {}

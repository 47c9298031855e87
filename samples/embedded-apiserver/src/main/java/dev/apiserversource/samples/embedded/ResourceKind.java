package dev.apiserversource.samples.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;

/**
 * One kind of object, in all its served versions: they share storage and shape.
 *
 * @param group empty for the core group
 * @param versions served versions, the preferred one first
 * @param statusSubresource whether {@code status} is written through its own address only
 * @param custom whether a CustomResourceDefinition brought it
 * @param columns for kubectl; empty for the usual ones
 */
record ResourceKind(
        String group,
        List<String> versions,
        String plural,
        String singular,
        String kind,
        List<String> shortNames,
        List<String> categories,
        boolean namespaced,
        boolean statusSubresource,
        boolean custom,
        List<PrinterColumn> columns) {

    String apiVersion(String version) {
        return group.isEmpty() ? version : group + "/" + version;
    }

    String preferredVersion() {
        return versions.get(0);
    }

    /** The plural with its group, as Kubernetes puts it into messages: {@code deployments.apps}. */
    String qualifiedName() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    String listKind() {
        return kind + "List";
    }

    /** {@code object} with apiVersion and kind of {@code version}, in the order the real server has them. */
    ObjectNode typed(ObjectNode object, String version) {
        ObjectNode typed = Json.object();
        if (custom) {
            typed.put("apiVersion", apiVersion(version)).put("kind", kind);
        } else {
            typed.put("kind", kind).put("apiVersion", apiVersion(version));
        }
        return typed.setAll(object);
    }
}

package dev.apiserversource.adapter.model;

/**
 * The order of the resourceVersions of one resource, by the <a
 * href="https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions">rule of the Kubernetes
 * API</a>: they are decimal numbers of any length. Other texts have no order.
 */
public final class ResourceVersions {

    private ResourceVersions() {}

    /** Whether {@code a} is older than {@code b}; false when they have no order. */
    public static boolean isOlder(String a, String b) {
        return isNumber(a) && isNumber(b) && compare(a, b) < 0;
    }

    /** Whether {@code a} is as old as {@code b} or older; false when they have no order. */
    public static boolean isNotNewer(String a, String b) {
        return isNumber(a) && isNumber(b) && compare(a, b) <= 0;
    }

    private static int compare(String a, String b) {
        return a.length() == b.length() ? a.compareTo(b) : Integer.compare(a.length(), b.length());
    }

    private static boolean isNumber(String version) {
        for (int i = 0; i < version.length(); i++) {
            char digit = version.charAt(i);
            if (digit < '0' || digit > '9') {
                return false;
            }
        }
        return !version.isEmpty() && version.charAt(0) != '0';
    }
}

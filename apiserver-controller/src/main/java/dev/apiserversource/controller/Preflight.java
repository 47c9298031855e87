package dev.apiserversource.controller;

import dev.apiserversource.controller.access.OwnAccess;
import dev.apiserversource.controller.api.ContainerSource;
import dev.apiserversource.controller.api.LegacyApiServerSource;
import dev.apiserversource.controller.api.PingSource;
import dev.apiserversource.controller.api.SinkBinding;
import dev.apiserversource.controller.configmap.KnativeConfigMaps;
import dev.apiserversource.controller.discovery.Discovery;
import dev.apiserversource.controller.knative.KnativeLeases;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.VersionInfo;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checks version, CRD and permissions of the controller at start, and names what is missing. */
final class Preflight {

    private static final String REVIEWS = "authorization.k8s.io";
    private static final String LEASES = "coordination.k8s.io";
    private static final List<String> CREATE = List.of("create");
    private static final List<String> READ = List.of("list", "watch");
    private static final List<String> READ_AND_APPLY = List.of("list", "watch", "create", "patch");
    private static final String LEGACY_CRD = CustomResource.getCRDName(LegacyApiServerSource.class);
    private static final String CONTAINER_CRD = CustomResource.getCRDName(ContainerSource.class);
    private static final String PING_CRD = CustomResource.getCRDName(PingSource.class);
    private static final String BINDING_CRD = CustomResource.getCRDName(SinkBinding.class);

    private static final String API_VERSION = "sources.knative.dev/v1";
    private static final String CONTAINER_SOURCE = "ContainerSource";
    private static final String EVERYWHERE = "";

    /**
     * Kubernetes 1.30 is the first to let a status be written whose spec breaks a rule that was added later, as the
     * specs that Knative's CRD accepts may.
     *
     * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/">validation ratcheting, KEP-4008</a>
     */
    static final int MIN_MINOR = 30;

    private static final Pattern LEADING_DIGITS = Pattern.compile("^\\d{1,9}");

    private final KubernetesClient client;
    private final Discovery discovery;
    private final ControllerConfig config;

    Preflight(KubernetesClient client, Discovery discovery, ControllerConfig config) {
        this.client = client;
        this.discovery = discovery;
        this.config = config;
    }

    /** What is missing, each with its remedy. */
    List<String> problems() {
        Optional<String> oldVersion = oldVersion(client.getKubernetesVersion());
        return oldVersion.isPresent()
                ? List.of(oldVersion.get())
                : Stream.concat(missingCrd().stream(), missingPermissions()).toList();
    }

    /** Whether the CRD of ContainerSources is installed. */
    boolean servesContainerSources() {
        return discovery.find(API_VERSION, CONTAINER_SOURCE).isPresent();
    }

    /** A version that is no number is taken for a new one. */
    static Optional<String> oldVersion(VersionInfo version) {
        boolean old = number(version.getMajor()) == 1 && number(version.getMinor()) < MIN_MINOR;
        return old
                ? Optional.of("the API server is Kubernetes " + version.getMajor() + "." + version.getMinor()
                        + ": upgrade it to 1." + MIN_MINOR + " or newer")
                : Optional.empty();
    }

    /** Providers add a suffix to the minor version, such as {@code 30+}. */
    private static int number(@Nullable String version) {
        Matcher digits = LEADING_DIGITS.matcher(version == null ? "" : version);
        return digits.find() ? Integer.parseInt(digits.group()) : Integer.MAX_VALUE;
    }

    private Optional<String> missingCrd() {
        return discovery.find(API_VERSION, "ApiServerSource").isPresent()
                ? Optional.empty()
                : Optional.of("the CRD apiserversources.sources.knative.dev is not installed:"
                        + " kubectl apply -f apiserver-controller/deploy/crd-apiserversource.yaml");
    }

    private Stream<String> missingPermissions() {
        boolean cluster = config.scope().isCluster();
        Stream<Permission> inNamespaces =
                watchedNamespaces().flatMap(namespace -> inNamespace(namespace, cluster).stream());
        return Stream.of(
                        inNamespaces,
                        elections(cluster),
                        configMaps(),
                        cluster ? clusterScoped() : Stream.<Permission>of(),
                        watchedNamespaces().flatMap(namespace -> optionalKinds(namespace, cluster)))
                .flatMap(permissions -> permissions)
                .flatMap(permission -> permission.verbs().stream()
                        .filter(verb -> !isAllowed(verb, permission))
                        .map(verb -> permission.missing(verb) + ": kubectl apply " + manifest(permission)))
                .distinct();
    }

    private String manifest(Permission permission) {
        if (config.scope().isCluster()) {
            return "-f rbac/controller.yaml";
        }
        return permission.namespace().equals(config.knative().namespace())
                ? "-f rbac/namespaced/knative.yaml"
                : "-k apiserver-controller/overlays/namespaced";
    }

    private Stream<String> watchedNamespaces() {
        return config.watchNamespaces().isEmpty()
                ? Stream.of(EVERYWHERE)
                : config.watchNamespaces().stream().sorted();
    }

    private static List<Permission> inNamespace(String namespace, boolean cluster) {
        Permission review = cluster
                ? new Permission(REVIEWS, "subjectaccessreviews", EVERYWHERE, CREATE)
                : new Permission(REVIEWS, "localsubjectaccessreviews", namespace, CREATE);
        List<String> sources = cluster ? READ_AND_APPLY : List.of("list", "watch", "patch");
        return List.of(
                new Permission("sources.knative.dev", "apiserversources", namespace, sources),
                new Permission("sources.knative.dev", "apiserversources/status", namespace, List.of("patch")),
                new Permission("apps", "deployments", namespace, READ_AND_APPLY),
                new Permission("rbac.authorization.k8s.io", "roles", namespace, READ_AND_APPLY),
                new Permission("rbac.authorization.k8s.io", "rolebindings", namespace, READ_AND_APPLY),
                new Permission("", "configmaps", namespace, List.of("get", "create", "patch")),
                new Permission("", "serviceaccounts", namespace, List.of("get", "create")),
                new Permission("", "serviceaccounts/token", namespace, CREATE),
                new Permission(LEASES, "leases", namespace, READ),
                new Permission(LEASES, "leases", namespace, List.of("get", "create", "update")),
                review);
    }

    /** The Lease of the leader, and those of Knative, which a controller without cluster-wide permissions may lack. */
    private Stream<Permission> elections(boolean cluster) {
        boolean knative =
                cluster || discovery.findInGroup(KnativeLeases.GROUP, "Broker").isPresent();
        return Stream.concat(
                Stream.of(
                        new Permission(LEASES, "leases", config.systemNamespace(), List.of("get", "create", "patch"))),
                knative
                        ? Stream.of(new Permission(
                                LEASES, "leases", config.knative().namespace(), List.of("list")))
                        : Stream.of());
    }

    private Stream<Permission> configMaps() {
        return config.configMapNamespaces().stream().flatMap(namespace -> KnativeConfigMaps.NAMES.stream()
                .map(name -> new Permission("", "configmaps", name, namespace, READ)));
    }

    private static Stream<Permission> clusterScoped() {
        return Stream.of(
                new Permission("", "namespaces", EVERYWHERE, READ),
                new Permission("apiextensions.k8s.io", "customresourcedefinitions", LEGACY_CRD, EVERYWHERE, READ),
                new Permission("apiextensions.k8s.io", "customresourcedefinitions", CONTAINER_CRD, EVERYWHERE, READ),
                new Permission("apiextensions.k8s.io", "customresourcedefinitions", PING_CRD, EVERYWHERE, READ),
                new Permission("apiextensions.k8s.io", "customresourcedefinitions", BINDING_CRD, EVERYWHERE, READ));
    }

    /** Needed only where the CRDs are installed. */
    private Stream<Permission> optionalKinds(String namespace, boolean cluster) {
        Stream<Permission> everywhere = optional(CONTAINER_SOURCE, "containersources", namespace);
        return cluster
                ? Stream.of(
                                everywhere,
                                optional("PingSource", "pingsources", namespace),
                                optional("SinkBinding", "sinkbindings", namespace))
                        .flatMap(permissions -> permissions)
                : everywhere;
    }

    private Stream<Permission> optional(String kind, String plural, String namespace) {
        return discovery.find(API_VERSION, kind).isEmpty()
                ? Stream.of()
                : Stream.of(
                        new Permission("sources.knative.dev", plural, namespace, List.of("list", "watch", "patch")),
                        new Permission("sources.knative.dev", plural + "/status", namespace, List.of("patch")));
    }

    private boolean isAllowed(String verb, Permission permission) {
        return OwnAccess.isAllowed(
                client,
                new ResourceAttributesBuilder()
                        .withVerb(verb)
                        .withGroup(permission.group())
                        .withResource(permission.resource().replaceFirst("/.*", ""))
                        .withSubresource(permission.subresource())
                        .withName(permission.name())
                        .withNamespace(permission.namespace())
                        .build());
    }

    private record Permission(
            String group, String resource, @Nullable String name, String namespace, List<String> verbs) {

        Permission(String group, String resource, String namespace, List<String> verbs) {
            this(group, resource, null, namespace, verbs);
        }

        @Nullable
        String subresource() {
            int slash = resource.indexOf('/');
            return slash < 0 ? null : resource.substring(slash + 1);
        }

        String missing(String verb) {
            String qualified = group.isEmpty() ? resource : resource + "." + group;
            String object = name == null ? "" : " " + name;
            String place = namespace.isEmpty() ? "in all namespaces" : "in namespace " + namespace;
            return "the controller's ServiceAccount may not " + verb + " " + qualified + object + " " + place;
        }
    }
}

package dev.apiserversource.samples.embedded.store;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/** The served kinds: a fixed table and those of CustomResourceDefinitions. Thread-safe. */
public final class ResourceKinds {

    /** group/version, kind, plural, short names (- for none), Namespaced or Cluster, Status subresource or not. */
    private static final String BUILT_IN = """
            v1 ConfigMap configmaps cm N -
            v1 Endpoints endpoints ep N -
            v1 Event events ev N -
            v1 LimitRange limitranges limits N -
            v1 Namespace namespaces ns C S
            v1 Node nodes no C S
            v1 PersistentVolume persistentvolumes pv C S
            v1 PersistentVolumeClaim persistentvolumeclaims pvc N S
            v1 Pod pods po N S
            v1 PodTemplate podtemplates - N -
            v1 ReplicationController replicationcontrollers rc N S
            v1 ResourceQuota resourcequotas quota N S
            v1 Secret secrets - N -
            v1 Service services svc N S
            v1 ServiceAccount serviceaccounts sa N -
            apiextensions.k8s.io/v1 CustomResourceDefinition customresourcedefinitions crd,crds C S
            apps/v1 ControllerRevision controllerrevisions - N -
            apps/v1 DaemonSet daemonsets ds N S
            apps/v1 Deployment deployments deploy N S
            apps/v1 ReplicaSet replicasets rs N S
            apps/v1 StatefulSet statefulsets sts N S
            authorization.k8s.io/v1 LocalSubjectAccessReview localsubjectaccessreviews - N -
            authorization.k8s.io/v1 SelfSubjectAccessReview selfsubjectaccessreviews - C -
            authorization.k8s.io/v1 SubjectAccessReview subjectaccessreviews - C -
            batch/v1 CronJob cronjobs cj N S
            batch/v1 Job jobs - N S
            coordination.k8s.io/v1 Lease leases - N -
            discovery.k8s.io/v1 EndpointSlice endpointslices - N -
            events.k8s.io/v1 Event events ev N -
            networking.k8s.io/v1 Ingress ingresses ing N S
            networking.k8s.io/v1 NetworkPolicy networkpolicies netpol N -
            policy/v1 PodDisruptionBudget poddisruptionbudgets pdb N S
            rbac.authorization.k8s.io/v1 ClusterRole clusterroles - C -
            rbac.authorization.k8s.io/v1 ClusterRoleBinding clusterrolebindings - C -
            rbac.authorization.k8s.io/v1 Role roles - N -
            rbac.authorization.k8s.io/v1 RoleBinding rolebindings - N -
            storage.k8s.io/v1 StorageClass storageclasses sc C -
            """;

    private static final List<String> IN_CATEGORY_ALL = List.of(
            "pods",
            "replicationcontrollers",
            "services",
            "daemonsets",
            "deployments",
            "replicasets",
            "statefulsets",
            "cronjobs",
            "jobs");

    private final ConcurrentSkipListMap<String, ResourceKind> byQualifiedName = new ConcurrentSkipListMap<>();

    public ResourceKinds() {
        BUILT_IN.lines().map(ResourceKinds::parse).forEach(this::add);
    }

    public final void add(ResourceKind kind) {
        byQualifiedName.put(kind.qualifiedName(), kind);
    }

    public void remove(ResourceKind kind) {
        byQualifiedName.remove(kind.qualifiedName());
    }

    public Collection<ResourceKind> all() {
        return byQualifiedName.values();
    }

    public Optional<ResourceKind> find(GroupVersion groupVersion, String plural) {
        return of(groupVersion).filter(kind -> kind.plural().equals(plural)).findFirst();
    }

    /** The kind of objects with this apiVersion and kind; 404 when it is not served. */
    public ResourceKind require(String apiVersion, String kind) {
        return all().stream()
                .filter(known -> known.kind().equals(kind))
                .filter(known ->
                        known.versions().stream().map(known::apiVersion).anyMatch(apiVersion::equals))
                .findFirst()
                .orElseThrow(ApiException::noSuchResource);
    }

    /** Served groups and versions in the order of discovery: the preferred version of a group first. */
    public Stream<GroupVersion> groupVersions() {
        return all().stream()
                .flatMap(kind -> kind.versions().stream().map(version -> new GroupVersion(kind.group(), version)))
                .distinct()
                .sorted(Comparator.comparing(GroupVersion::group));
    }

    /** The kinds of a group that are served in this version. */
    public Stream<ResourceKind> of(GroupVersion groupVersion) {
        return all().stream()
                .filter(kind -> kind.group().equals(groupVersion.group()))
                .filter(kind -> kind.versions().contains(groupVersion.version()));
    }

    /** Whether a kind of this name is still served. */
    public boolean serves(ResourceKind kind) {
        return byQualifiedName.containsKey(kind.qualifiedName());
    }

    private static ResourceKind parse(String line) {
        String[] word = line.split(" ", -1);
        GroupVersion groupVersion = GroupVersion.parse(word[0]);
        ResourceKind.Names names = new ResourceKind.Names(
                word[2],
                word[1].toLowerCase(Locale.ROOT),
                word[1],
                word[3].equals("-") ? List.of() : List.of(word[3].split(",")),
                IN_CATEGORY_ALL.contains(word[2]) ? List.of("all") : List.of());
        return new ResourceKind(
                groupVersion.group(),
                List.of(groupVersion.version()),
                names,
                word[4].equals("N"),
                word[5].equals("S"),
                null);
    }

    /** A group (empty for core) and one version of it. */
    public record GroupVersion(String group, String version) {

        static GroupVersion parse(String apiVersion) {
            int slash = apiVersion.indexOf('/');
            return slash < 0
                    ? new GroupVersion("", apiVersion)
                    : new GroupVersion(apiVersion.substring(0, slash), apiVersion.substring(slash + 1));
        }

        @Override
        public String toString() {
            return group.isEmpty() ? version : group + "/" + version;
        }
    }
}

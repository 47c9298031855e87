package dev.apiserversource.adapter.kube;

import dev.apiserversource.adapter.model.ChangedPart;
import dev.apiserversource.adapter.model.EmitPolicy;
import dev.apiserversource.adapter.model.ObjectOptions;
import dev.apiserversource.adapter.model.RequestedResource;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.model.Selection;
import dev.apiserversource.adapter.model.WatchTarget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class ApiRequestTest {

    private static final ResourceType PODS = new ResourceType("", "v1", "pods", "Pod", true);
    private static final ResourceType OXEN = new ResourceType("zoo.example", "v1beta1", "oxen", "Ox", true);
    private static final ResourceType NODES = new ResourceType("", "v1", "nodes", "Node", false);

    private static WatchTarget target(ResourceType type, String namespace, String selector, boolean metadataOnly) {
        return new WatchTarget(type, Optional.of(namespace).filter(n -> !n.isEmpty()), selector, metadataOnly);
    }

    @Test
    void aWatchStartsAtItsResourceVersion() {
        assertThat(ApiRequest.watch(target(PODS, "ns", "", false), "12", 300))
                .isEqualTo(new ApiRequest(
                        "/api/v1/namespaces/ns/pods?watch=true&allowWatchBookmarks=true&timeoutSeconds=300"
                                + "&resourceVersion=12",
                        "application/json"));
    }

    @Test
    void aStreamingListRequestsTheInitialEvents() {
        assertThat(ApiRequest.streamingList(target(OXEN, "", "", false), 7))
                .isEqualTo(new ApiRequest(
                        "/apis/zoo.example/v1beta1/oxen?watch=true&allowWatchBookmarks=true&timeoutSeconds=7"
                                + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan",
                        "application/json"));
    }

    @Test
    void aListContinuesFromPageToPage() {
        WatchTarget nodes = target(NODES, "", "", false);

        assertThat(ApiRequest.list(nodes, 500, "").pathAndQuery()).isEqualTo("/api/v1/nodes?limit=500");
        assertThat(ApiRequest.list(nodes, 500, "a+b/=").pathAndQuery())
                .isEqualTo("/api/v1/nodes?limit=500&continue=a%2Bb%2F%3D");
    }

    @Test
    void oneObjectIsListedInItsNamespace() {
        WatchTarget selective = new WatchTarget(PODS, Optional.empty(), "a=b", "status.phase=Failed", false);

        assertThat(ApiRequest.listOne(selective, "ns", "web").pathAndQuery())
                .isEqualTo("/api/v1/namespaces/ns/pods?limit=1&labelSelector=a%3Db"
                        + "&fieldSelector=status.phase%3DFailed%2Cmetadata.name%3Dweb");
        assertThat(ApiRequest.listOne(target(NODES, "", "", true), "", "n1"))
                .isEqualTo(new ApiRequest(
                        "/api/v1/nodes?limit=1&fieldSelector=metadata.name%3Dn1",
                        "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"));
    }

    @Test
    void everyRequestHasTheSelector() {
        WatchTarget selective = target(PODS, "", "app in (a,b),!old,x!=y z", false);
        String encoded = "&labelSelector=app+in+%28a%2Cb%29%2C%21old%2Cx%21%3Dy+z";

        assertThat(ApiRequest.list(selective, 1, "c").pathAndQuery()).endsWith(encoded);
        assertThat(ApiRequest.watch(selective, "1", 1).pathAndQuery()).endsWith(encoded);
        assertThat(ApiRequest.streamingList(selective, 1).pathAndQuery()).endsWith(encoded);
        assertThat(selective.selective()).isTrue();
        assertThat(target(PODS, "", "", false).selective()).isFalse();
    }

    @Test
    void metadataHasItsOwnMediaType() {
        WatchTarget metadata = target(PODS, "", "", true);

        assertThat(ApiRequest.watch(metadata, "1", 1).accept())
                .isEqualTo("application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
        assertThat(ApiRequest.streamingList(metadata, 1).accept())
                .isEqualTo("application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
        assertThat(ApiRequest.list(metadata, 1, "").accept())
                .isEqualTo("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
    }

    @Test
    void theIdIdentifiesTheStream() {
        assertThat(target(PODS, "ns", "a=b", false).id()).isEqualTo("v1/pods@ns[a=b]");
        assertThat(target(OXEN, "", "", false).id()).isEqualTo("zoo.example/v1beta1/oxen");
    }

    @Test
    void namespacedKindsAreWatchedOncePerNamespaceOthersOnce() {
        RequestedResource requested = new RequestedResource("", "v1", "x", "a=b");
        Selection some = new Selection(List.of(requested), List.of("n1", "n2"), false, true, EmitPolicy.SKIP);
        Selection all = new Selection(List.of(requested), List.of("n1", "n2"), true, true, EmitPolicy.SKIP);

        assertThat(some.targets(requested, PODS))
                .containsExactly(target(PODS, "n1", "a=b", true), target(PODS, "n2", "a=b", true));
        assertThat(some.targets(requested, NODES)).containsExactly(target(NODES, "", "a=b", true));
        assertThat(all.targets(requested, PODS)).containsExactly(target(PODS, "", "a=b", true));
    }

    @Test
    void leavesOutTheCheckpointsAndLeasesOfAdapters() {
        String encoded = "app.kubernetes.io%2Fmanaged-by%21%3Dapiserversource-adapter";
        WatchTarget leases = new WatchTarget(
                new ResourceType("coordination.k8s.io", "v1", "leases", "Lease", true), Optional.empty(), "", false);
        WatchTarget configMaps = new WatchTarget(
                new ResourceType("", "v1", "configmaps", "ConfigMap", true), Optional.empty(), "app=web", false);

        assertThat(ApiRequest.list(leases, 500, "").pathAndQuery()).endsWith("&labelSelector=" + encoded);
        assertThat(ApiRequest.watch(configMaps, "5", 10).pathAndQuery())
                .endsWith("&labelSelector=app%3Dweb%2C" + encoded);
    }

    @Test
    void everyRequestHasTheFieldSelector() {
        WatchTarget running = new WatchTarget(
                new ResourceType("", "v1", "pods", "Pod", true),
                Optional.of("ns"),
                "a=b",
                "status.phase!=Failed",
                true);

        for (ApiRequest request : List.of(
                ApiRequest.list(running, 1, ""),
                ApiRequest.list(running.metadata(), 500, "token"),
                ApiRequest.watch(running, "7", 60),
                ApiRequest.streamingList(running, 60))) {
            assertThat(request.pathAndQuery())
                    .contains("&labelSelector=a%3Db")
                    .endsWith("&fieldSelector=status.phase%21%3DFailed");
        }
    }

    @ParameterizedTest
    @CsvSource({"ANY, true", "METADATA, true", "SPEC, false", "STATUS, false"})
    void wholeObjectsAreRequestedWhereMetadataDoNotShowTheChange(ChangedPart changes, boolean metadataOnly) {
        RequestedResource requested =
                new RequestedResource("", "v1", "pods", "", "a=b", new ObjectOptions(changes, List.of(), false));
        Selection references = new Selection(List.of(requested), List.of("ns"), false, true, EmitPolicy.SKIP);

        assertThat(references.targets(requested, new ResourceType("", "v1", "pods", "Pod", true)))
                .containsExactly(new WatchTarget(
                        new ResourceType("", "v1", "pods", "Pod", true), Optional.of("ns"), "", "a=b", metadataOnly));
    }
}

package dev.apiserversource.controller.trust;

import dev.apiserversource.controller.access.OwnAccess;
import dev.apiserversource.controller.status.EventRecorder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The trust bundles of the cluster: ConfigMaps in the namespace of the controller with the label {@code
 * networking.knative.dev/trust-bundle: "true"}. Their keys are PEM files with certificates that sources trust.
 *
 * @see <a href="https://knative.dev/docs/eventing/features/transport-encryption/">Transport encryption</a>
 */
public final class TrustBundles {

    /** The label of a trust bundle and of its copies. Its value is {@code true}. */
    static final String LABEL = "networking.knative.dev/trust-bundle";

    private static final Logger LOG = LoggerFactory.getLogger(TrustBundles.class);
    private static final String EVENT_SOURCE = "trust-bundles";
    private static final String SOURCES = "sources.knative.dev/";

    private final KubernetesClient client;
    private final String systemNamespace;
    private final BundleCopies copies;
    private volatile boolean readable;
    private volatile Combined combined = new Combined(List.of(), Optional.empty());

    /**
     * All certificates in one ConfigMap, which takes long to make.
     *
     * @param versions of the bundles
     */
    private record Combined(List<String> versions, Optional<ConfigMap> configMap) {}

    /**
     * The trust bundles in {@code systemNamespace}. None before the {@link #eventSources} are started.
     *
     * @param client reads bundles and writes their copies
     * @param events records Event objects on sources whose bundles cannot be copied
     * @param clock decides when copies are checked again
     */
    public TrustBundles(KubernetesClient client, String systemNamespace, EventRecorder events, Clock clock) {
        this.client = client;
        this.systemNamespace = systemNamespace;
        this.copies = new BundleCopies(client, events, clock);
    }

    /**
     * An informer that requeues all objects when a bundle changes. None without the permission to list and watch them:
     * there are no bundles then.
     */
    public <P extends HasMetadata> List<EventSource<?, P>> eventSources(EventSourceContext<P> context) {
        readable = Stream.of("list", "watch").allMatch(this::isAllowed);
        if (!readable) {
            LOG.atWarn()
                    .addKeyValue("namespace", systemNamespace)
                    .log("trust bundles are not used: the controller may not list and watch ConfigMaps in its"
                            + " namespace; apply the Role apiserversource-controller-trust-bundles of rbac/");
            return List.of();
        }
        return List.of(new InformerEventSource<>(
                InformerEventSourceConfiguration.from(ConfigMap.class, context.getPrimaryResourceClass())
                        .withName(EVENT_SOURCE)
                        .withNamespaces(Set.of(systemNamespace))
                        .withLabelSelector(LABEL + "=true")
                        .withOnUpdateFilter((updated, old) -> !isSame(updated, old))
                        .withSecondaryToPrimaryMapper(bundle -> context.getPrimaryCache()
                                .list()
                                .map(ResourceID::fromResource)
                                .collect(Collectors.toSet()))
                        .withPrimaryToSecondaryMapper(source -> Set.of())
                        .build(),
                context));
    }

    private static boolean isSame(ConfigMap updated, ConfigMap old) {
        return Objects.equals(updated.getData(), old.getData())
                && Objects.equals(updated.getBinaryData(), old.getBinaryData());
    }

    private boolean isAllowed(String verb) {
        return OwnAccess.isAllowed(
                client,
                new ResourceAttributesBuilder()
                        .withVerb(verb)
                        .withResource("configmaps")
                        .withNamespace(systemNamespace)
                        .build());
    }

    /** The names of the bundles, for pods in the namespace of the controller; sorted. */
    public List<String> names(Context<?> context) {
        return bundles(context).stream()
                .map(bundle -> bundle.getMetadata().getName())
                .toList();
    }

    /**
     * Copies the bundles to the namespace of {@code source}. All sources of the namespace share the copies and own
     * them, so that the copies are deleted with the last one.
     *
     * @param mounted the ConfigMaps that the pods of the source have now. Those whose bundle was deleted are emptied.
     * @return the ConfigMaps to mount, sorted
     * @throws KubernetesClientException when the API server refuses or fails
     */
    public List<String> provide(HasMetadata source, List<String> mounted, Context<?> context) {
        if (source.getMetadata().getNamespace().equals(systemNamespace)) {
            return names(context);
        }
        List<ConfigMap> all = new ArrayList<>(bundles(context));
        combined(all).ifPresent(all::add);
        List<String> names = all.stream()
                .filter(bundle -> copies.ensure(bundle, source))
                .map(bundle -> BundleCopies.name(bundle))
                .sorted()
                .toList();
        mounted.stream().filter(name -> !names.contains(name)).forEach(name -> copies.empty(name, source));
        return names;
    }

    private Optional<ConfigMap> combined(List<ConfigMap> bundles) {
        List<String> versions = bundles.stream()
                .map(bundle -> bundle.getMetadata().getUid() + "/"
                        + bundle.getMetadata().getResourceVersion())
                .toList();
        Combined last = combined;
        if (!last.versions().equals(versions)) {
            last = new Combined(versions, CombinedBundle.of(bundles));
            combined = last;
        }
        return last.configMap();
    }

    /** Sorted by name. A copy is no bundle: Knative makes some in this namespace, if it is Knative's too. */
    @SuppressWarnings("unchecked") // eventSources has registered that class under that name
    private List<ConfigMap> bundles(Context<?> context) {
        if (!readable) {
            return List.of();
        }
        InformerEventSource<ConfigMap, ?> informer = (InformerEventSource<ConfigMap, ?>)
                context.eventSourceRetriever().getEventSourceFor(ConfigMap.class, EVENT_SOURCE);
        return informer.list()
                .filter(bundle -> bundle.getMetadata().getOwnerReferences().stream()
                        .map(OwnerReference::getApiVersion)
                        .noneMatch(version -> version.startsWith(SOURCES)))
                .sorted(Comparator.comparing(bundle -> bundle.getMetadata().getName()))
                .toList();
    }
}

package dev.apiserversource.controller.legacy;

import dev.apiserversource.controller.api.ApiServerSource;
import dev.apiserversource.controller.api.Destination;
import dev.apiserversource.controller.api.LegacyApiServerSource;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class LegacyApiServerSourceReconcilerTest {

    private static final LegacyApiServerSource LEGACY = Serialization.unmarshal("""
            apiVersion: sources.eventing.knative.dev/v1alpha1
            kind: ApiServerSource
            metadata: {name: old, namespace: shop, uid: uid-1}
            spec:
              mode: Ref
              serviceAccountName: events-sa
              owner: {kind: ReplicaSet}
              ceOverrides: {extensions: {team: a}}
              resources: [{apiVersion: v1, kind: Event, labelSelector: {matchLabels: {a: b}}}]
              sink: {apiVersion: v1, kind: Service, name: display, namespace: other}
            """, LegacyApiServerSource.class);

    @Test
    void translatesEveryField() {
        ApiServerSource expected = Serialization.unmarshal("""
                apiVersion: sources.knative.dev/v1
                kind: ApiServerSource
                spec:
                  mode: Reference
                  serviceAccountName: events-sa
                  owner: {kind: ReplicaSet}
                  ceOverrides: {extensions: {team: a}}
                  resources: [{apiVersion: v1, kind: Event, selector: {matchLabels: {a: b}}}]
                  sink: {ref: {apiVersion: v1, kind: Service, name: display, namespace: other}}
                """, ApiServerSource.class);
        assertThat(LegacyApiServerSourceReconciler.desired(LEGACY).getSpec()).isEqualTo(expected.getSpec());
    }

    @Test
    void annotationsThatAreReadReachTheTranslation() {
        LegacyApiServerSource legacy = annotated(Map.of("apiserversource.dev/paused", "true", "team", "a"));
        assertThat(LegacyApiServerSourceReconciler.desired(legacy).getMetadata().getAnnotations())
                .isEqualTo(Map.of("apiserversource.dev/paused", "true"));
        LegacyApiServerSourceReconciler.UpdateFilter filter = new LegacyApiServerSourceReconciler.UpdateFilter();
        assertThat(filter.accept(legacy, annotated(Map.of("team", "a")))).isTrue();
        assertThat(filter.accept(annotated(Map.of("team", "b")), annotated(Map.of("team", "a"))))
                .isFalse();
    }

    private static LegacyApiServerSource annotated(Map<String, String> annotations) {
        LegacyApiServerSource legacy = Serialization.clone(LEGACY);
        legacy.getMetadata().setAnnotations(annotations);
        return legacy;
    }

    @Test
    void acceptsASinkAsReference() {
        LegacyApiServerSource legacy = Serialization.unmarshal("""
                apiVersion: sources.eventing.knative.dev/v1alpha1
                kind: ApiServerSource
                metadata: {name: old, namespace: shop, uid: uid-1}
                spec: {sink: {ref: {apiVersion: v1, kind: Service, name: display}, uri: /in}}
                """, LegacyApiServerSource.class);
        Destination sink =
                LegacyApiServerSourceReconciler.desired(legacy).getSpec().sink();
        assertThat(sink.ref()).isEqualTo(new Destination.ObjectRef("v1", "Service", "display", null, null));
        assertThat(sink.uri()).isEqualTo("/in");
    }

    @Test
    void ownsTheTranslationUnderANameOfItsOwn() {
        ApiServerSource source = LegacyApiServerSourceReconciler.desired(LEGACY);
        assertThat(source.getMetadata().getName()).isEqualTo("old-uid-1");
        assertThat(source.getMetadata().getNamespace()).isEqualTo("shop");
        assertThat(source.getMetadata().getOwnerReferences()).singleElement().satisfies(owner -> {
            assertThat(owner.getApiVersion()).isEqualTo("sources.eventing.knative.dev/v1alpha1");
            assertThat(owner.getName()).isEqualTo("old");
            assertThat(owner.getUid()).isEqualTo("uid-1");
            assertThat(owner.getController()).isTrue();
        });
    }
}

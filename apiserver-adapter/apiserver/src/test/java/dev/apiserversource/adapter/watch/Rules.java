package dev.apiserversource.adapter.watch;

import dev.apiserversource.adapter.model.ChangedPart;
import dev.apiserversource.adapter.model.DataPolicy;
import dev.apiserversource.adapter.model.ObjectMetadata;
import dev.apiserversource.adapter.model.ResourceType;
import dev.apiserversource.adapter.state.PreviousStates;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import java.util.List;
import java.util.function.Predicate;

/** Rules of one stream for tests, of ConfigMaps unless a type is given. */
final class Rules {

    private static final ResourceType CONFIG_MAPS = new ResourceType("", "v1", "configmaps", "ConfigMap", true);

    private Rules() {}

    static StreamRules ofObjects(Predicate<ObjectMetadata> objects) {
        return of(EmitRules.ofObjects(objects));
    }

    static StreamRules of(EmitRules emit) {
        return of(emit, ChangedPart.ANY, ObjectData.of(CONFIG_MAPS, DataPolicy.DEFAULTS, List.of()));
    }

    static StreamRules of(EmitRules emit, ChangedPart changes, ObjectData data) {
        return new StreamRules(
                emit,
                new PartDigest(changes, () -> 7),
                data,
                PreviousStates.OfResource.NONE,
                new StreamMeters(new SimpleMeterRegistry()));
    }

    /** Updates have the previous state of the object. */
    static StreamRules with(EmitRules emit, PreviousStates.OfResource previous) {
        StreamRules rules = of(emit);
        return new StreamRules(rules.emit(), rules.digest(), rules.data(), previous, rules.meters());
    }

    /** The events are references. */
    static StreamRules withoutData() {
        return of(EmitRules.ofObjects(object -> true), ChangedPart.ANY, ObjectData.none(CONFIG_MAPS));
    }
}

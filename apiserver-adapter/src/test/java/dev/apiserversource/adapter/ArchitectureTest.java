package dev.apiserversource.adapter;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.apiserversource.adapter.watch.Change;
import dev.apiserversource.adapter.watch.Gap;
import dev.apiserversource.adapter.watch.ObjectMetadata;
import dev.apiserversource.adapter.watch.ResourceType;
import dev.apiserversource.adapter.watch.Target;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/** Holds the directions of import that ARCHITECTURE.md draws. */
class ArchitectureTest {

    private static final String ROOT = "dev.apiserversource.adapter";
    private static final String WATCH = ROOT + ".watch..";
    private static final String EVENT = ROOT + ".event..";
    private static final String DELIVERY = ROOT + ".delivery..";
    private static final String CHECKPOINT = ROOT + ".checkpoint..";
    private static final String LEASE = ROOT + ".lease..";
    private static final String API = ROOT + ".api..";
    private static final String TIME = ROOT + ".time..";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private static ArchRule independent(String from, DescribedPredicate<? super JavaClass> of) {
        return noClasses().that().resideInAPackage(from).should().dependOnClassesThat(of);
    }

    @Test
    void nobodyImportsTheRoot() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".*..")
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT))
                .check(MAIN);
    }

    @Test
    void watchKnowsNothingOfEventsAndTheirDelivery() {
        independent(WATCH, resideInAnyPackage(EVENT, DELIVERY, CHECKPOINT, LEASE, "io.cloudevents.."))
                .check(MAIN);
    }

    @Test
    void deliveryKnowsNothingOfKubernetes() {
        independent(DELIVERY, resideInAnyPackage(WATCH, EVENT, CHECKPOINT, LEASE, API, "io.fabric8.."))
                .check(MAIN);
    }

    @Test
    void eventIsMadeOfChangesAndGapsAndNothingElse() {
        Set<String> change = Set.of(
                Change.class.getName(),
                Change.Kind.class.getName(),
                Gap.class.getName(),
                ObjectMetadata.class.getName(),
                ObjectMetadata.Owner.class.getName(),
                Target.class.getName(),
                ResourceType.class.getName());
        DescribedPredicate<JavaClass> inner = DescribedPredicate.describe(
                "are no part of a change or gap",
                type -> type.getPackageName().equals(ROOT + ".watch") && !change.contains(type.getName()));
        independent(EVENT, inner).check(MAIN);
        independent(EVENT, resideInAnyPackage(DELIVERY, TIME, "io.fabric8..", "io.vertx.."))
                .check(MAIN);
    }

    @Test
    void checkpointKnowsNothingOfEventsAndTheirDelivery() {
        independent(CHECKPOINT, resideInAnyPackage(EVENT, DELIVERY, LEASE, "io.cloudevents.."))
                .check(MAIN);
    }

    @Test
    void leaseKnowsNothingOfTheWorkThatItIsAbout() {
        independent(LEASE, resideInAnyPackage(WATCH, EVENT, DELIVERY, CHECKPOINT, "io.cloudevents.."))
                .check(MAIN);
    }

    @Test
    void apiKnowsNobody() {
        independent(API, resideInAnyPackage(WATCH, EVENT, DELIVERY, CHECKPOINT, LEASE, TIME, "io.cloudevents.."))
                .check(MAIN);
    }

    @Test
    void timeKnowsNobody() {
        independent(TIME, resideInAnyPackage(ROOT, WATCH, EVENT, DELIVERY, "io.fabric8..", "io.cloudevents.."))
                .check(MAIN);
    }

    @Test
    void noPackageIsInACycle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void atMostHalfOfTheTypesArePublic() {
        List<JavaClass> types = MAIN.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .toList();
        List<String> publicTypes = types.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .map(JavaClass::getSimpleName)
                .toList();

        assertThat(types).hasSizeGreaterThan(50);
        assertThat(publicTypes).hasSizeLessThanOrEqualTo(types.size() / 2);
    }
}

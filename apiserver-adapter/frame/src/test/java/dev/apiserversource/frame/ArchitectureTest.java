package dev.apiserversource.frame;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** The imports of each package of the frame. No package imports the root. */
class ArchitectureTest {

    private static final String ROOT = "dev.apiserversource.frame";

    /** Restricted to the packages that need them. Other libraries are free. */
    private static final List<String> LIBRARIES =
            List.of("io.fabric8", "io.cloudevents", "io.vertx", "io.opentelemetry");

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    /** {@code imports} are other packages of the frame, and restricted libraries. */
    private static void onlyImports(String name, String... imports) {
        Stream<String> allowed =
                Stream.concat(Stream.of(name), Arrays.stream(imports)).map(ArchitectureTest::pattern);
        classes()
                .that()
                .resideInAPackage(pattern(name))
                .should()
                .onlyDependOnClassesThat(
                        DescribedPredicate.not(isRestricted()).or(resideInAnyPackage(allowed.toArray(String[]::new))))
                .check(MAIN);
    }

    private static String pattern(String name) {
        return (LIBRARIES.contains(name) ? name : ROOT + "." + name) + "..";
    }

    private static DescribedPredicate<JavaClass> isRestricted() {
        Stream<String> restricted = Stream.concat(Stream.of(ROOT), LIBRARIES.stream());
        return resideInAnyPackage(restricted.map(name -> name + "..").toArray(String[]::new));
    }

    @Test
    void timeImportsNothing() {
        onlyImports("time", "io.vertx");
    }

    @Test
    void kubeImportsTime() {
        onlyImports("kube", "time", "io.fabric8", "io.vertx");
    }

    @Test
    void deliveryImportsTime() {
        onlyImports("delivery", "time", "io.cloudevents", "io.vertx");
    }

    @Test
    void leaderImportsDeliveryKubeAndTime() {
        onlyImports("leader", "delivery", "kube", "time", "io.fabric8", "io.vertx");
    }

    @Test
    void identityImportsDeliveryKubeAndTime() {
        onlyImports("identity", "delivery", "kube", "time", "io.fabric8", "io.vertx");
    }

    @Test
    void managementImportsLeader() {
        onlyImports("management", "leader", "io.vertx");
    }

    @Test
    void tracingImportsDeliveryAndTime() {
        onlyImports("tracing", "delivery", "time", "io.cloudevents", "io.vertx", "io.opentelemetry");
    }

    @Test
    void configImportsDeliveryLeaderTimeAndTracing() {
        onlyImports("config", "delivery", "leader", "time", "tracing");
    }

    /** Where tracing is off, reading the configuration loads nothing of it. */
    @Test
    void tracingSettingsNameNoClassOfOpenTelemetry() {
        noClasses()
                .that()
                .haveSimpleName("TracingSettings")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.opentelemetry..")
                .check(MAIN);
    }

    @Test
    void noPackageIsInACycle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void noClassIsInACycle() {
        slices().assignedFrom(new TopLevelClasses()).should().beFreeOfCycles().check(MAIN);
    }

    /** One slice per top-level class, its nested classes included. */
    private static final class TopLevelClasses implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
            return javaClass.getPackageName().startsWith(ROOT)
                    ? SliceIdentifier.of(javaClass.getName().replaceFirst("\\$.*", ""))
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "top-level classes";
        }
    }
}

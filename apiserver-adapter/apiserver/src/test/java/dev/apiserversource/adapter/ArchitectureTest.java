package dev.apiserversource.adapter;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
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
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/** The imports of each package of the receive adapter. No package imports the root. */
class ArchitectureTest {

    private static final String ROOT = "dev.apiserversource.adapter";
    private static final String FRAME = "dev.apiserversource.frame";

    /** Restricted to the packages that need them. Other libraries are free. */
    private static final List<String> LIBRARIES = List.of("io.fabric8", "io.cloudevents", "io.vertx");

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    /** {@code imports} are other packages of the adapter or the frame, and restricted libraries. */
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
        return (LIBRARIES.contains(name) || name.startsWith(FRAME) ? name : ROOT + "." + name) + "..";
    }

    private static DescribedPredicate<JavaClass> isRestricted() {
        Stream<String> restricted = Stream.concat(Stream.of(ROOT, FRAME), LIBRARIES.stream());
        return resideInAnyPackage(restricted.map(name -> name + "..").toArray(String[]::new));
    }

    @Test
    void modelImportsNothing() {
        onlyImports("model");
    }

    @Test
    void jsonImportsNothing() {
        onlyImports("json");
    }

    @Test
    void kubeImportsModelAndJson() {
        onlyImports("kube", "model", "json", FRAME + ".kube", FRAME + ".time", "io.fabric8", "io.vertx");
    }

    @Test
    void stateImportsModel() {
        onlyImports("state", "model");
    }

    @Test
    void watchImportsKubeStateJsonAndModel() {
        onlyImports("watch", "kube", "state", "json", "model", FRAME + ".time", "io.vertx");
    }

    @Test
    void eventImportsJsonAndModel() {
        onlyImports("event", "json", "model", "io.cloudevents");
    }

    @Test
    void filterImportsCloudEvents() {
        onlyImports("filter", "io.cloudevents");
    }

    @Test
    void checkpointImportsStateAndKube() {
        onlyImports(
                "checkpoint",
                "state",
                "model",
                FRAME + ".kube",
                FRAME + ".leader",
                FRAME + ".time",
                "io.fabric8",
                "io.vertx");
    }

    @Test
    void configImportsEventFilterJsonModelAndWatch() {
        onlyImports("config", "event", "filter", "json", "model", "watch", FRAME + ".config");
    }

    @Test
    void noPackageIsInACycle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void noClassIsInACycle() {
        slices().assignedFrom(new TopLevelClasses()).should().beFreeOfCycles().check(MAIN);
    }

    /** A type is public only for another package. The main program is the exception. */
    @Test
    void publicTypesAreUsedInAnotherPackage() {
        Stream<JavaClass> unused = MAIN.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> !type.isNestedClass() && !type.isEquivalentTo(AdapterMain.class))
                .filter(type -> type.getDirectDependenciesToSelf().stream()
                        .allMatch(use -> use.getOriginClass().getPackage().equals(type.getPackage())));

        assertThat(unused).isEmpty();
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

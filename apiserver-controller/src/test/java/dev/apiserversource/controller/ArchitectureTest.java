package dev.apiserversource.controller;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** The packages that DESIGN.md draws: which may import which. */
@AnalyzeClasses(packages = "dev.apiserversource.controller", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "dev.apiserversource.controller";

    @ArchTest
    static final ArchRule api = mayImport("api");

    @ArchTest
    static final ArchRule discovery = mayImport("discovery");

    @ArchTest
    static final ArchRule apply = mayImport("apply", "namespaces");

    @ArchTest
    static final ArchRule namespaces = mayImport("namespaces");

    @ArchTest
    static final ArchRule status = mayImport("status", "api");

    @ArchTest
    static final ArchRule access = mayImport("access", "discovery", "namespaces");

    @ArchTest
    static final ArchRule sink = mayImport("sink", "api", "discovery", "namespaces", "status");

    @ArchTest
    static final ArchRule identity = mayImport("identity", "apply", "status", "pod");

    @ArchTest
    static final ArchRule pod = mayImport("pod");

    @ArchTest
    static final ArchRule trust = mayImport("trust", "access", "apply", "status", "pod");

    @ArchTest
    static final ArchRule knative = mayImport("knative", "api", "status");

    @ArchTest
    static final ArchRule configmap = mayImport("configmap", "status");

    @ArchTest
    static final ArchRule apiserversource = mayImport(
            "apiserversource",
            "api",
            "discovery",
            "apply",
            "namespaces",
            "status",
            "access",
            "sink",
            "configmap",
            "identity",
            "trust");

    @ArchTest
    static final ArchRule containersource = mayImport(
            "containersource", "api", "discovery", "apply", "namespaces", "status", "sink", "identity", "trust", "pod");

    @ArchTest
    static final ArchRule pingsource = mayImport(
            "pingsource", "api", "discovery", "apply", "namespaces", "status", "sink", "identity", "trust", "pod");

    @ArchTest
    static final ArchRule sinkbinding = mayImport(
            "sinkbinding", "api", "discovery", "apply", "namespaces", "status", "sink", "identity", "trust", "pod");

    @ArchTest
    static final ArchRule legacy = mayImport("legacy", "api", "apply", "status");

    @ArchTest
    static final ArchRule apiIsModelAndJacksonOnly = classes()
            .that()
            .resideInAPackage(ROOT + ".api")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + ".api", "java..", "com.fasterxml.jackson..", "io.fabric8.kubernetes..", "org.jspecify..");

    @ArchTest
    static final ArchRule noPackageCycle =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noClassCycle =
            slices().assignedFrom(new TopLevelClasses()).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noVertx = noClasses()
            .that()
            .resideInAPackage(ROOT + "..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx..");

    @ArchTest
    static final ArchRule onlyMainReadsTheEnvironmentAndExits = noClasses()
            .that()
            .doNotHaveSimpleName("ControllerMain")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "exit", int.class);

    private static ArchRule mayImport(String name, String... allowed) {
        Set<String> packages =
                Arrays.stream(allowed).map(each -> ROOT + "." + each).collect(Collectors.toSet());
        packages.add(ROOT + "." + name);
        DescribedPredicate<JavaClass> ours = resideInAPackage(ROOT + "..");
        return classes()
                .that()
                .resideInAPackage(ROOT + "." + name)
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackage(ROOT + "..")
                        .or(ours.and(DescribedPredicate.describe(
                                "in " + packages, type -> packages.contains(type.getPackageName())))))
                .because(name + " may import " + Arrays.toString(allowed));
    }

    /** One slice for each top-level class with its nested classes. */
    private static final class TopLevelClasses implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getName().replaceFirst("\\$.*", ""));
        }

        @Override
        public String getDescription() {
            return "top-level classes";
        }
    }
}

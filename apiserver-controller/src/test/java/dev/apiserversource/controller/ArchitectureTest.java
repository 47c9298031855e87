package dev.apiserversource.controller;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

@AnalyzeClasses(packages = "dev.apiserversource.controller", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "dev.apiserversource.controller";

    @ArchTest
    static final ArchRule importsPointUpwards = Architectures.layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("root")
            .definedBy(ROOT)
            .layer("apiserversource")
            .definedBy(ROOT + ".apiserversource")
            .layer("sink")
            .definedBy(ROOT + ".sink")
            .layer("discovery")
            .definedBy(ROOT + ".discovery")
            .layer("api")
            .definedBy(ROOT + ".api")
            .whereLayer("root")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("apiserversource")
            .mayOnlyBeAccessedByLayers("root")
            .whereLayer("sink")
            .mayOnlyBeAccessedByLayers("root", "apiserversource")
            .whereLayer("discovery")
            .mayOnlyBeAccessedByLayers("root", "apiserversource", "sink")
            .whereLayer("api")
            .mayOnlyBeAccessedByLayers("apiserversource", "sink");

    @ArchTest
    static final ArchRule noPackageCycles =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule apiKnowsModelAndJacksonOnly = classes()
            .that()
            .resideInAPackage(ROOT + ".api")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + ".api", "java..", "com.fasterxml.jackson..", "io.fabric8.kubernetes..", "org.jspecify..");

    @ArchTest
    static final ArchRule noVertxOfOurOwn = noClasses()
            .that()
            .resideInAPackage(ROOT + "..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx..");

    @ArchTest
    static final ArchRule onlyMainReadsTheEnvironmentOrExits = noClasses()
            .that()
            .doNotHaveSimpleName("ControllerMain")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "exit", int.class);
}

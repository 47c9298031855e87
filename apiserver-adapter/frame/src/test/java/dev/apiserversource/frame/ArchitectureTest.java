package dev.apiserversource.frame;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.stream.Stream;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** Holds which package of the frame may import which. */
class ArchitectureTest {

    private static final String ROOT = "dev.apiserversource.frame";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private static void mayNotImport(String from, String... packages) {
        String[] forbidden = Arrays.stream(packages)
                .map(name -> name.startsWith("io.") ? name : ROOT + "." + name + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + from + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        Stream.concat(Stream.of(ROOT), Arrays.stream(forbidden)).toArray(String[]::new))
                .check(MAIN);
    }

    @Test
    void timeImportsNoOtherPackage() {
        mayNotImport("time", "config", "delivery", "kube", "leader", "management", "io.fabric8..", "io.cloudevents..");
    }

    @Test
    void kubeImportsNoOtherPackage() {
        mayNotImport("kube", "config", "delivery", "leader", "management", "time", "io.cloudevents..");
    }

    @Test
    void deliveryKnowsNothingOfKubernetes() {
        mayNotImport("delivery", "config", "kube", "leader", "management", "io.fabric8..");
    }

    @Test
    void noPackageIsInACycle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(MAIN);
    }
}

package dev.apiserversource.adapter;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.stream.Stream;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** Holds which package of the receive adapter may import which. */
class ArchitectureTest {

    private static final String ROOT = "dev.apiserversource.adapter";

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
    void modelImportsNoOtherPackage() {
        mayNotImport("model", "json", "kube", "state", "watch", "event", "checkpoint", "config", "io..");
    }

    @Test
    void jsonImportsNoOtherPackage() {
        mayNotImport("json", "model", "kube", "state", "watch", "event", "checkpoint", "config", "io..");
    }

    @Test
    void kubeImportsModelAndJson() {
        mayNotImport("kube", "state", "watch", "event", "checkpoint", "config", "io.cloudevents..");
    }

    @Test
    void stateImportsModel() {
        mayNotImport("state", "json", "kube", "watch", "event", "checkpoint", "config", "io..");
    }

    @Test
    void watchKnowsNothingOfEventsAndTheirDelivery() {
        mayNotImport("watch", "event", "checkpoint", "config", "io.cloudevents..");
    }

    @Test
    void eventImportsModel() {
        mayNotImport("event", "json", "kube", "state", "watch", "checkpoint", "config", "io.fabric8..", "io.vertx..");
    }

    @Test
    void checkpointKnowsNothingOfEventsAndTheirDelivery() {
        mayNotImport("checkpoint", "event", "json", "config", "io.cloudevents..");
    }

    @Test
    void noPackageIsInACycle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(MAIN);
    }
}

package dev.apiserversource.samples.embedded;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** The import directions of package-info, and no cycles. */
class ArchitectureTest {

    private static final String ROOT = "dev.apiserversource.samples.embedded";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void packagesImportInOneDirection() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("root")
                .definedBy(ROOT)
                .layer("server")
                .definedBy(ROOT + ".server")
                .layer("watch")
                .definedBy(ROOT + ".watch")
                .layer("kubectl")
                .definedBy(ROOT + ".kubectl")
                .layer("store")
                .definedBy(ROOT + ".store")
                .layer("fault")
                .definedBy(ROOT + ".fault")
                .whereLayer("root")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("server")
                .mayOnlyBeAccessedByLayers("root")
                .whereLayer("watch")
                .mayOnlyBeAccessedByLayers("root", "server")
                .whereLayer("kubectl")
                .mayOnlyBeAccessedByLayers("root", "server")
                .whereLayer("store")
                .mayOnlyBeAccessedByLayers("root", "server", "watch", "kubectl")
                .whereLayer("fault")
                .mayOnlyBeAccessedByLayers("root", "server", "watch")
                .check(MAIN);
    }

    @Test
    void noPackageIsInACycle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void noClassIsInACycle() {
        slices().assignedFrom(new TopLevelClass()).should().beFreeOfCycles().check(MAIN);
    }

    /** Nested classes belong to their top-level class. */
    private static final class TopLevelClass implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
            JavaClass outermost = javaClass;
            while (outermost.getEnclosingClass().isPresent()) {
                outermost = outermost.getEnclosingClass().get();
            }
            return SliceIdentifier.of(outermost.getName());
        }

        @Override
        public String getDescription() {
            return "top-level class";
        }
    }
}

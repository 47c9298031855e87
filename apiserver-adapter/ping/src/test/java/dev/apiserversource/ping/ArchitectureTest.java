package dev.apiserversource.ping;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

class ArchitectureTest {

    private static final String ROOT = "dev.apiserversource.ping";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void importsNothingOfOtherSources() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.apiserversource.adapter..", "dev.apiserversource.controller..")
                .check(MAIN);
    }

    @Test
    void schedulesAreAFunctionOfTheirText() {
        classes()
                .that()
                .areAssignableTo(Schedule.class)
                .or()
                .areAssignableTo(CronField.class)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", ROOT, "org.jspecify..")
                .check(MAIN);
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

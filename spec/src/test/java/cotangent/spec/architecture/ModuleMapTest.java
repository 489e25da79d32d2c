package cotangent.spec.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.INTERFACES;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import cotangent.dsl.CotangentException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data flows from the model to the estimate, once: what each package may know of the others. */
class ModuleMapTest {

    private static final String VECTOR_API = "jdk.incubator.vector..";

    /**
     * Each package of the language with those it must not know; the root package is the front of them all. That autodiff
     * knows compile is on purpose: a composed linear program is optimised as a whole before a backend sees it; that backend
     * knows kernel, too: results are written into arrays, which kernel hands out.
     */
    @TestFactory
    Stream<DynamicTest> dslPackagesKnowOnlyWhatTheyNeed() {
        return Stream.of(
                independence("ir", "autodiff", "compile", "backend", "reference", "simd", "kernel", "io", "train"),
                independence("autodiff", "reference", "simd", "kernel", "io", "train"),
                independence("compile", "autodiff", "backend", "reference", "simd", "io", "train"),
                independence("backend", "autodiff", "compile", "reference", "simd", "io", "train"),
                independence("reference", "autodiff", "compile", "simd", "io", "train"),
                independence("simd", "autodiff", "reference", "io", "train"),
                independence("kernel", "autodiff", "compile", "backend", "reference", "simd", "io", "train"),
                independence("io", "ir", "autodiff", "compile", "backend", "reference", "simd", "train"),
                independence("train", "ir", "autodiff", "compile", "reference", "simd"));
    }

    private static DynamicTest independence(String subject, String... strangers) {
        String[] unknown = Stream.of(strangers).map(name -> "cotangent.dsl." + name + "..").toArray(String[]::new);
        ArchRule rule = noClasses().that()
                .resideInAPackage("cotangent.dsl." + subject + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(unknown);
        return DynamicTest.dynamicTest(subject, () -> rule.check(Project.CLASSES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cotangent.dsl.(*)..", "cotangent.linalg.(*)..", "cotangent.examples.(*).."})
    void packagesFormNoCycle(String pattern) {
        slices().matching(pattern).should().beFreeOfCycles().check(Project.CLASSES);
    }

    @Test
    void modulesDependOneWay() {
        forbid("cotangent.dsl..", "cotangent.linalg..", "cotangent.tornado..", "cotangent.examples..");
        forbid("cotangent.linalg..", "cotangent.tornado..", "cotangent.examples..");
        forbid("cotangent.tornado..", "cotangent.linalg..", "cotangent.examples..");
        forbid("cotangent.examples..", "cotangent.tornado..");
    }

    @Test
    void linalgKnowsNoBackend() {
        forbid("cotangent.linalg..", "cotangent.dsl.simd..", "cotangent.dsl.reference..", "cotangent.dsl.compile..");
    }

    @Test
    void kernelsServeTheLibrariesOnly() {
        forbid("cotangent.examples..", "cotangent.dsl.kernel..");
    }

    @Test
    void onlySimdAndKernelLinkTheVectorApi() {
        noClasses().that()
                .resideOutsideOfPackages("cotangent.dsl.simd..", "cotangent.dsl.kernel..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(VECTOR_API)
                .check(Project.CLASSES);
        // A fence that nothing stands behind proves nothing.
        assertThat(Project.CLASSES).anyMatch(type -> type.getDirectDependenciesFromSelf()
                .stream()
                .anyMatch(dependency -> resideInAPackage(VECTOR_API).test(dependency.getTargetClass())));
    }

    @Test
    void librariesPrintNothing() {
        noClasses().that()
                .resideInAnyPackage("cotangent.dsl..", "cotangent.linalg..", "cotangent.tornado..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(Project.CLASSES);
    }

    @Test
    void errorsRaisedByTheLibrariesAreTyped() {
        classes().that()
                .resideInAnyPackage("cotangent.dsl..", "cotangent.linalg..", "cotangent.tornado..")
                .and()
                .areAssignableTo(Throwable.class)
                .should()
                .beAssignableTo(CotangentException.class)
                .check(Project.CLASSES);
    }

    @Test
    void classesAreFinalOrMadeToBeExtended() {
        classes().that(not(INTERFACES))
                .and(not(assignableTo(Throwable.class)))
                .and()
                .areNotEnums()
                .and()
                .areNotAnonymousClasses()
                .and()
                .doNotHaveModifier(JavaModifier.SYNTHETIC)
                .and()
                .doNotHaveModifier(JavaModifier.ABSTRACT)
                .should(beFinalOrExtended())
                .check(Project.CLASSES);
    }

    private static ArchCondition<JavaClass> beFinalOrExtended() {
        return new ArchCondition<>("be final, or have a subclass here") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean holds = type.getModifiers().contains(JavaModifier.FINAL) || !type.getSubclasses().isEmpty();
                events.add(new SimpleConditionEvent(type, holds, type.getName() + " is neither final nor extended"));
            }
        };
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses().should()
                .haveNameMatching(".*(Utils?|Helpers?|Manager|Impl)")
                .because("a class is a noun that a numerical analyst knows")
                .check(Project.CLASSES);
    }

    private static void forbid(String subject, String... strangers) {
        noClasses().that()
                .resideInAPackage(subject)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(strangers)
                .allowEmptyShould(true)
                .check(Project.CLASSES);
    }
}

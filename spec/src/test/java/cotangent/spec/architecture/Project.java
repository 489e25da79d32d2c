package cotangent.spec.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The project under its own test: its classes as compiled, its sources as written. */
final class Project {

    /** The modules that ship, in the order in which they may depend on one another. */
    static final List<String> MODULES = List.of("dsl", "linalg", "tornado", "examples");

    /** Every class of the modules that ship. */
    static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/spec/"))
            .importPackages("cotangent");

    private Project() {}

    /** The folder that holds the source code of a module that ships. */
    static Path sources(String module) {
        return Path.of("..", module, "src", "main", "java").toAbsolutePath().normalize();
    }

    /** Every source file below a folder, in the order of their names. */
    static List<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

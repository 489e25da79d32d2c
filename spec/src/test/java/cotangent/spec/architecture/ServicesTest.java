package cotangent.spec.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Benchmarks and this tree run on the class path, where a module's {@code provides} is not seen. */
class ServicesTest {

    static List<Path> jars() {
        return List.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
                .stream()
                .map(Path::of)
                .filter(path -> path.getFileName().toString().startsWith("cotangent-"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("jars")
    void whatAModuleProvidesItAlsoNamesForTheClassPath(Path path) throws IOException {
        ModuleDescriptor module = ModuleFinder.of(path).findAll().iterator().next().descriptor();
        try (JarFile jar = new JarFile(path.toFile())) {
            for (Provides provides : module.provides()) {
                assertThat(named(jar, provides.service())).containsExactlyInAnyOrderElementsOf(provides.providers());
            }
        }
    }

    private static List<String> named(JarFile jar, String service) throws IOException {
        ZipEntry entry = jar.getEntry("META-INF/services/" + service);
        assertThat(entry).as("META-INF/services/" + service + " in " + jar.getName()).isNotNull();
        try (InputStream content = jar.getInputStream(entry)) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        }
    }
}

package cotangent.spec.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Java has no generics over primitives, so each float64 kernel has a float32 twin: the same source with other names. This
 * keeps the twins from drifting (docs/decisions/0008-twin-kernels.md).
 */
class TwinSourcesTest {
    private static final String[][] RENAMED = {{"Double", "Float"}, {"double", "float"}, {"F64", "F32"}, {"float64",
            "float32"}, {"Gemm.d", "Gemm.s"}, {"Transposition.d", "Transposition.s"}};

    static List<Path> doubleKernels() throws IOException {
        Path kernels = Project.sources("dsl").resolve("cotangent/dsl/kernel");
        try (Stream<Path> files = Files.list(kernels)) {
            List<Path> found = files.filter(file -> file.getFileName().toString().startsWith("Double"))
                    .sorted()
                    .toList();
            assertThat(found).hasSizeGreaterThan(10);
            return found;
        }
    }

    @ParameterizedTest
    @MethodSource("doubleKernels")
    void everyFloat32KernelIsItsFloat64TwinRenamed(Path kernel) throws IOException {
        String expected = Files.readString(kernel);
        String name = kernel.getFileName().toString();
        for (String[] pair : RENAMED) {
            expected = expected.replace(pair[0], pair[1]);
            name = name.replace(pair[0], pair[1]);
        }
        String twin = Files.readString(kernel.resolveSibling(name));
        assertThat(withoutSpace(twin)).isEqualTo(withoutSpace(expected));
    }

    /** The formatter may break the shorter names' lines elsewhere. */
    private static String withoutSpace(String source) {
        return source.replaceAll("\\s+", "");
    }
}

package cotangent.dsl.io;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** The files beside the tests, which NumPy 2.4 and safetensors 0.8 wrote. */
final class TestFiles {
    private TestFiles() {}

    static Path path(String name) {
        try {
            return Path.of(Objects.requireNonNull(TestFiles.class.getResource(name), name).toURI());
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }
}

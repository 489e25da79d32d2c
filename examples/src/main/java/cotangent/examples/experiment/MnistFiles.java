package cotangent.examples.experiment;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where an experiment's digits come from: the full MNIST, or the digits that come along. */
public final class MnistFiles {
    private static final String VARIABLE = "MNIST_DIR";

    @Option(names = "--mnist", paramLabel = "DIR", description = "Full MNIST as standard IDX files, plain or .gz (default: MNIST_DIR, or the digits that come along).")
    private @Nullable Path directory;

    /** The option, not set. */
    public MnistFiles() {}

    /** Where the full set lies, if it is to be used. */
    public Optional<Path> directory() {
        return Optional.ofNullable(directory)
                .or(() -> Optional.ofNullable(System.getenv(VARIABLE)).filter(path -> !path.isEmpty()).map(Path::of));
    }
}

package cotangent.examples.traces;

import cotangent.dsl.InvalidDataException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The models whose kernels' traces are estimated. */
enum Family {
    /** A deep ReLU network that ends in ReLU, on normal inputs. */
    MLP(50, 15, 64),
    /** A gated recurrent network on normal sequences; its outputs are all states at all times. */
    GRU(15, 50, 64),
    /** A ReLU classifier on handwritten digits. */
    MNIST(512, 2, 256),
    /** One linear layer on normal inputs of many features: a kernel all of whose eigenvalues are much alike. */
    FLAT(256, 1, 4);

    private final int samples;
    private final int depth;
    private final int width;

    Family(int samples, int depth, int width) {
        this.samples = samples;
        this.depth = depth;
        this.width = width;
    }

    /** The published size, or for {@link #FLAT} one of like size. */
    Size full() {
        return new Size(samples, depth, width);
    }

    /** A size that takes seconds. */
    Size small() {
        return switch (this) {
            case MLP -> new Size(20, depth, 32);
            case GRU -> new Size(8, 20, 24);
            case MNIST -> new Size(64, depth, 64);
            case FLAT -> new Size(96, depth, width);
        };
    }

    /**
     * The family of a name.
     *
     * @throws InvalidDataException if there is none, naming those there are
     */
    static Family named(String name) {
        return Arrays.stream(values())
                .filter(family -> family.label().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new InvalidDataException("--model: expected one of %s, got \"%s\"".formatted(Arrays
                        .stream(values())
                        .map(Family::label)
                        .collect(Collectors.joining(", ")), name)));
    }

    /** As on the command line. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * How large.
     *
     * @param samples of the inputs
     * @param depth   hidden layers, or steps in time
     * @param width   of each layer
     */
    record Size(int samples, int depth, int width) {}
}

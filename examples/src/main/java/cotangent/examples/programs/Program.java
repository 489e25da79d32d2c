package cotangent.examples.programs;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An example: a short program that prints what it finds and can plot it. */
public interface Program {
    /** What it is called on the command line. */
    String name();

    /** What it shows, in one line. */
    String summary();

    /**
     * Runs it.
     *
     * @param out  takes what it prints
     * @param plot PNG file to write its plot to, or null for none
     */
    void run(PrintWriter out, @Nullable Path plot);

    /** All of them. */
    static List<Program> all() {
        return List.of(new StableRanks(), new RandomizedEighCheck(), new OversamplingSweep(), new PowerIterationSweep(),
                new MatrixFreeTiming(), new TopEigenfunctions());
    }
}
